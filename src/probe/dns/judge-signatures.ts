import type { Finding } from '../../federation/finding.ts';
import type { SignedPeriod, RouteFacts } from './facts.ts';
import { dnsFindings as findings } from './findings.ts';

/**
 * Signers renew long before the end: BIND with a quarter of the lifetime left, knot with a little over a tenth, those
 * that sign for each answer with about half. With less than a tenth left something has stopped; three days is the most,
 * so that a lifetime of months does not warn for weeks.
 */
const lateShare = 1 / 10;
const lateMs = 3 * 24 * 3_600_000;

/** Why signatures do not verify, as far as their times tell; null when these are in order. */
export function becauseOfTime({ inception, expiration }: SignedPeriod, nowMs: number): string | null {
  if (Date.parse(expiration) < nowMs) return `the signatures expired at ${minute(expiration)}`;
  return Date.parse(inception) > nowMs ? `the signatures are valid only from ${minute(inception)}` : null;
}

/** Signatures that verify now and are late to be renewed. */
export function judgeSignatures({ reply, asked, domain }: RouteFacts, nowMs: number): readonly Finding[] {
  const signed = reply?.dnssec === 'secure' ? (reply.signed ?? null) : null;
  if (signed === null) return [];
  const endMs = Date.parse(signed.expiration);
  const lifetimeMs = endMs - Date.parse(signed.inception);
  const leftMs = endMs - nowMs;
  if (leftMs >= Math.min(lifetimeMs * lateShare, lateMs)) return [];
  const hours = Math.max(0, Math.floor(leftMs / 3_600_000));
  return [
    findings.make('dns_signatures_expiring', { name: asked.at(-1) ?? domain, at: minute(signed.expiration), hours }),
  ];
}

/** To the minute, in UTC: what a person compares with the output of dig. */
const minute = (instant: string): string => `${instant.slice(0, 16).replace('T', ' ')} UTC`;
