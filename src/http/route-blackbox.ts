import type { FastifyInstance } from 'fastify';
import { blackboxText } from '../metrics/blackbox.ts';
import { mediaTypes } from '../metrics/exposition.ts';
import { problem, storeDown } from './problem.ts';
import type { Views } from './view.ts';

/**
 * `/sd` and `/probe?target=DOMAIN`, for dashboards made for blackbox_exporter: each partner as a target of Prometheus, and
 * its stored result in those words. While nothing is known, and in maintenance, the scrape fails (503): that is no failure
 * of theirs.
 */
export function blackboxRoutes(app: FastifyInstance, views: Views): void {
  app.get('/sd', async (_request, reply) => {
    const snapshot = await views.snapshot();
    if (!snapshot.storeUp) return storeDown(reply);
    return reply.send(
      snapshot.partners.map(({ published: { partner } }) => ({
        targets: [partner.domain],
        labels: { tier: partner.tier, profile: partner.profile, owner: partner.owner ?? '' },
      })),
    );
  });

  app.get<{ Querystring: Record<string, unknown> }>('/probe', async (request, reply) => {
    const { target } = request.query;
    if (typeof target !== 'string' || target === '') {
      return problem(reply, 400, 'No target', 'Name a partner: /probe?target=contoso.com.');
    }
    const snapshot = await views.snapshot();
    if (!snapshot.storeUp) return storeDown(reply);
    const domain = target.toLowerCase();
    const partner = snapshot.partners.find(({ published }) => published.partner.domain === domain);
    if (partner === undefined) return problem(reply, 404, 'No such partner', 'The config names no such partner.');
    const text = blackboxText(partner, snapshot.nowMs);
    if (text === null)
      return problem(reply, 503, 'Not known', 'Whether this partner works is not known now; its page says why.');
    return reply.type(mediaTypes.text).send(text);
  });
}
