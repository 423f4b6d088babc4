/** The one order of the API that a token allows, beside the answers that need none. */
export const orderPath = '/api/v1/partners/{domain}/examine';

const refused = (status: number, description: string) => [
  String(status),
  { description, content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } } },
];

export const bearer = { bearer: { type: 'http', scheme: 'bearer', description: 'The token of api.tokenFile.' } };

export const order = {
  summary: 'Examine a partner now: to the front of the queue of every vantage, with the same politeness.',
  security: [{ bearer: [] }],
  parameters: [{ name: 'domain', in: 'path', required: true, schema: { type: 'string' } }],
  responses: {
    202: {
      description:
        'It is on the queue of each of `vantages`; `result` is where it will be seen, once `examined` is at or after `slot`.',
      content: {
        'application/json': {
          schema: {
            type: 'object',
            properties: {
              ...Object.fromEntries(['schema', 'domain', 'slot', 'result'].map((key) => [key, { type: 'string' }])),
              vantages: { type: 'array', items: { type: 'string' } },
            },
            required: ['schema', 'domain', 'slot', 'vantages', 'result'],
            additionalProperties: false,
          },
        },
      },
    },
    ...(Object.fromEntries([
      refused(401, 'A token is needed.'),
      refused(403, 'It is another token.'),
      refused(404, 'There is no such partner.'),
      refused(409, 'politeness.stop or stopAll leaves this partner alone.'),
      refused(
        429,
        'Too often: once a minute for a partner, 30 a minute in all, after 10 wrong tokens of an address in a minute; Retry-After says when.',
      ),
      refused(503, 'Redis does not answer.'),
    ]) as object),
  },
};
