import type { MaintenanceWindow } from '../federation/partner.ts';
import type { CheckReport } from '../probe/report.ts';
import type { Io } from './io.ts';
import { letterPrinter } from './letter.ts';
import { jsonLine, paintFor } from './paint.ts';
import { progressLine } from './progress.ts';
import { renderCheck } from './render-check.ts';
import { exitOf, renderNagios, renderTap } from './render-machines.ts';
import { shownReport, type ShownReport } from './shown.ts';

/** How the reports of a run are shown: as they come, or at the end. */
export interface Printer {
  begin(): void;
  each(report: CheckReport): void;
  /** One more was examined, and is shown by somebody else. */
  seen(): void;
  /** Prints what is left and returns the exit code. */
  end(reports: readonly CheckReport[]): number;
}

interface Format {
  readonly json?: true;
  readonly tap?: true;
  readonly nagios?: true;
  readonly trace?: true;
  readonly letter?: true;
}

/** Shows `of` reports, with planned work laid over them. */
export function printer(format: Format, io: Io, of: number, windows: readonly MaintenanceWindow[]): Printer {
  let shown = 0;
  const progress = (): void => io.progress(progressLine('examining', shown, of));
  const seen = (): void => {
    shown += 1;
    progress();
  };
  const asShown = (report: CheckReport): ShownReport => shownReport(report, windows);
  const asTheyCome = (print: (report: ShownReport) => void): Printer => ({
    begin: progress,
    seen,
    each(report) {
      io.progress(null);
      print(asShown(report));
      shown += 1;
      if (shown < of) progress();
    },
    end: (reports) => exitOf(reports.map(asShown)),
  });
  const atTheEnd = (
    render: (reports: readonly ShownReport[]) => { readonly text: string; readonly code: number },
  ): Printer => ({
    begin: progress,
    seen,
    each: seen,
    end(reports) {
      io.progress(null);
      const { text, code } = render(reports.map(asShown));
      io.out(text);
      return code;
    },
  });

  if (format.json) return asTheyCome((report) => io.out(jsonLine(report)));
  if (format.letter) return asTheyCome(letterPrinter(io));
  if (format.tap) return atTheEnd((reports) => ({ text: renderTap(reports), code: exitOf(reports) }));
  if (format.nagios) return atTheEnd(renderNagios);
  const options = { paint: paintFor(io.colour), trace: format.trace === true, live: true, columns: io.columns };
  return asTheyCome((report) => io.out(`${shown === 0 ? '' : '\n'}${renderCheck(report, options)}`));
}
