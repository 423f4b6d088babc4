import type { Container, Part, PodSpec } from './rendered.ts';

/** Kinds of volumes that the restricted profile allows. */
const volumes = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'persistentVolumeClaim',
  'projected',
  'secret',
];
/** Settings of a pod that the baseline profile refuses, and containers that a mesh or a debugger would add. */
const notOfPods = ['hostNetwork', 'hostPID', 'hostIPC', 'hostUsers', 'initContainers', 'ephemeralContainers'];

function ofContainer({ name, securityContext, ports = [], resources }: Container): readonly string[] {
  const rights = (securityContext ?? {}) as Part;
  const capabilities = (rights['capabilities'] ?? {}) as { drop?: readonly string[]; add?: readonly string[] };
  const { limits } = (resources ?? {}) as { limits?: Part };
  const rules: readonly (readonly [string, boolean])[] = [
    ['allowPrivilegeEscalation: false', rights['allowPrivilegeEscalation'] === false],
    ['not privileged', rights['privileged'] === undefined],
    ['readOnlyRootFilesystem: true', rights['readOnlyRootFilesystem'] === true],
    ['drops ALL capabilities', capabilities.drop?.includes('ALL') === true],
    ['adds no capability', capabilities.add === undefined],
    ['does not run as root', rights['runAsNonRoot'] !== false && rights['runAsUser'] !== 0],
    ['keeps the seccomp profile of the pod', rights['seccompProfile'] === undefined],
    ['default /proc, no SELinux or AppArmor of its own', !['procMount', 'seLinuxOptions'].some((key) => key in rights)],
    ['no port of the host', ports.every((port) => !('hostPort' in port))],
    ['a limit of memory', limits?.['memory'] !== undefined],
  ];
  return rules.filter(([, holds]) => !holds).map(([rule]) => `${String(name)}: ${rule}`);
}

/**
 * What a pod does not keep of the restricted Pod Security Standard and of what this chart promises beyond it: read-only
 * root, no token, no service links, limits.
 */
export function brokenRules(spec: PodSpec): readonly string[] {
  const rights = (spec['securityContext'] ?? {}) as Part;
  const profile = rights['seccompProfile'] as { type?: string } | undefined;
  const rules: readonly (readonly [string, boolean])[] = [
    ['runAsNonRoot: true', rights['runAsNonRoot'] === true],
    ['a user that is not root', Number(rights['runAsUser']) > 0],
    ['a group that is not root', Number(rights['runAsGroup']) > 0],
    ['seccompProfile: RuntimeDefault', profile?.type === 'RuntimeDefault'],
    ['no sysctls', rights['sysctls'] === undefined],
    ['no service-account token', spec['automountServiceAccountToken'] === false && !('serviceAccountName' in spec)],
    ['no service links', spec['enableServiceLinks'] === false],
    ...notOfPods.map((key): readonly [string, boolean] => [`no ${key}`, !(key in spec)]),
    ...(spec.volumes ?? []).map(({ name, ...kinds }): readonly [string, boolean] => [
      `volume ${name} of an allowed kind`,
      Object.keys(kinds).every((kind) => volumes.includes(kind)),
    ]),
  ];
  const ofPod = rules.filter(([, holds]) => !holds).map(([rule]) => rule);
  return [...ofPod, ...spec.containers.flatMap(ofContainer)];
}
