import { addAlerts } from './alerts.ts';
import { addBaseline } from './baseline.ts';
import { addCheck } from './check.ts';
import { addCompletion } from './completion.ts';
import { addConfig } from './config.ts';
import { addExplain } from './explain.ts';
import { addHealth } from './health.ts';
import { addImport } from './import.ts';
import { addLedger } from './ledger.ts';
import { addPartners } from './partners.ts';
import { addRun } from './run.ts';
import type { AddCommand } from './program.ts';

/** In the order of the help. */
export const allCommands: readonly AddCommand[] = [
  addRun,
  addHealth,
  addCheck,
  addPartners,
  addLedger,
  addBaseline,
  addExplain,
  addAlerts,
  addConfig,
  addImport,
  addCompletion,
];
