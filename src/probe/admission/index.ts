import { endpointName } from '../../federation/edge.ts';
import type { EdgeTarget, StepLimit } from '../connection.ts';
import { defineProbe, type ProbeIo } from '../probe.ts';
import { refusalOf, type AdmissionFacts } from './facts.ts';
import { admissionFindings } from './findings.ts';
import { judgeAdmission } from './judge.ts';

/** Waits for a sign that we are let in: it runs beside the SIP exchange, which gives the peer something to answer. */
async function observe({ edge, connection }: EdgeTarget, { limitMs }: StepLimit, io: ProbeIo): Promise<AdmissionFacts> {
  const { link } = connection;
  const outcome = await io.trail.step('admission', endpointName(edge), limitMs, (signal) => link.admitted(signal));
  const seen = link.seen();
  return {
    shownBy: outcome.ok ? outcome.value : null,
    offeredCertificate: seen?.offeredCertificate ?? false,
    certificateRequested: seen?.certificateRequested ?? null,
    refusal: outcome.ok ? null : refusalOf(outcome.failure, seen?.protocol ?? null),
    ticketSeconds: seen?.session?.ticketSeconds ?? null,
    ours: seen?.certificateRequested === false ? null : (seen?.ours ?? null),
  };
}

/** Whether the edge accepts our certificate (or its absence). Specification: README.md. */
export const admission = defineProbe<EdgeTarget, StepLimit, AdmissionFacts>({
  kind: 'admission',
  about: 'admission',
  findings: admissionFindings,
  observe,
  judge: judgeAdmission,
  measure: () => [],
});
