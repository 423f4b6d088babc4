import type { Config } from '../config/config.ts';

/** What is said of probing with our production domain or certificate, a line each; empty when it is not done. */
export async function productionNote(config: Config): Promise<string> {
  const { productionWarnings } = await import('../config/production.ts');
  return productionWarnings(config)
    .map((warning) => `fedmon: warning: ${warning}\n`)
    .join('');
}
