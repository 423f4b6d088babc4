import type { FastifyInstance } from 'fastify';
import type { FindingEntry } from '../federation/finding.ts';
import { explain, findingCodes } from '../probe/registry.ts';
import { explainIndexPage, explainPage, missingPage } from './page-explain.ts';

/** `/explain/CODE`: what a finding means; `/explain/`: all of them. Needs no store. */
export function explainRoute(app: FastifyInstance, wall: () => number): void {
  const entries = new Map<string, FindingEntry>();
  for (const code of findingCodes) {
    const entry = explain(code);
    if (entry !== undefined) entries.set(code, entry);
  }
  app.get('/explain', (_request, reply) => reply.redirect('explain/', 308));
  app.get('/explain/', (_request, reply) => {
    return reply.type('text/html; charset=utf-8').send(explainIndexPage(entries, wall()));
  });
  app.get<{ Params: { readonly code: string } }>('/explain/:code', (request, reply) => {
    const { code } = request.params;
    const entry = explain(code);
    reply.type('text/html; charset=utf-8');
    if (entry !== undefined) return reply.send(explainPage(code, entry, wall()));
    const hint = 'This version of fedmon knows no such finding; another version may.';
    return reply.code(404).send(missingPage(`No such finding: ${code}`, hint, wall()));
  });
}
