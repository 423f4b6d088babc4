import {
  DashboardCursorSync,
  RowBuilder,
  defaultDashboard,
  type Panel,
  type RowPanel,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { linksFrom, uids, type BoardName } from './links.ts';
import { variables } from './variables.ts';

/**
 * A dashboard in Grafana's classic JSON (schemaVersion 42): the form that file provisioning of every Grafana in use
 * takes. Assembled by hand because the SDK marks its classic builder as deprecated.
 */
export type ClassicDashboard = ReturnType<typeof defaultDashboard>;

/** One question of a dashboard and the panels that answer it. */
export interface Section {
  readonly title: string;
  readonly panels: readonly Panel[];
}

interface BoardSpec {
  readonly name: BoardName;
  readonly title: string;
  readonly description: string;
  readonly from: string;
  readonly partner: 'one' | 'several';
  readonly sections: readonly Section[];
}

const columns = 24;

/** Panels from left to right, a new line when one does not fit; each section under its title. */
export function laidOut(sections: readonly Section[]): (Panel | RowPanel)[] {
  const placed: (Panel | RowPanel)[] = [];
  let y = 0;
  for (const { title, panels } of sections) {
    placed.push(new RowBuilder(title).gridPos({ x: 0, y, w: columns, h: 1 }).collapsed(false).build());
    y += 1;
    let [x, height] = [0, 0];
    for (const panel of panels) {
      const { w = columns, h = 8 } = panel.gridPos ?? {};
      if (x + w > columns) [x, y, height] = [0, y + height, 0];
      placed.push({ ...panel, gridPos: { x, y, w, h } });
      [x, height] = [x + w, Math.max(height, h)];
    }
    y += height;
  }
  return placed.map((panel, index) => ({ ...panel, id: index + 1 }));
}

export function board(spec: BoardSpec): ClassicDashboard {
  return {
    ...defaultDashboard(),
    id: null,
    uid: uids[spec.name],
    title: spec.title,
    description: spec.description,
    tags: ['fedmon'],
    timezone: 'browser',
    editable: false,
    graphTooltip: DashboardCursorSync.Crosshair,
    time: { from: spec.from, to: 'now' },
    refresh: '1m',
    links: linksFrom(spec.name),
    templating: { list: variables(spec.partner) },
    annotations: { list: [] },
    panels: laidOut(spec.sections),
  };
}
