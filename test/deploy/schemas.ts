import { join } from 'node:path';
import ts from 'typescript';
import { Deployment } from 'kubernetes-models/apps/v1/Deployment';
import { StatefulSet } from 'kubernetes-models/apps/v1/StatefulSet';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import { ConfigMap } from 'kubernetes-models/v1/ConfigMap';
import { Pod } from 'kubernetes-models/v1/Pod';
import { Service } from 'kubernetes-models/v1/Service';
import { Certificate } from '@kubernetes-models/cert-manager/cert-manager.io/v1/Certificate';
import { ScaledObject } from '@kubernetes-models/keda/keda.sh/v1alpha1/ScaledObject';
import { PodMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PodMonitor';
import { PrometheusRule } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PrometheusRule';
import { ServiceMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/ServiceMonitor';
import type { Manifest } from './helm.ts';

interface Kind {
  /** Made of a parsed object, as the API server reads it. */
  readonly make: new (data: never) => { validate(): void };
  /** The module with the interface of the same name. */
  readonly module: string;
}

const prometheus = '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1';

/** Everything that the chart may render, by apiVersion and kind. */
const kinds: Readonly<Record<string, Kind>> = {
  'v1 ConfigMap': { make: ConfigMap, module: 'kubernetes-models/v1/ConfigMap' },
  'v1 Pod': { make: Pod, module: 'kubernetes-models/v1/Pod' },
  'v1 Service': { make: Service, module: 'kubernetes-models/v1/Service' },
  'apps/v1 Deployment': { make: Deployment, module: 'kubernetes-models/apps/v1/Deployment' },
  'apps/v1 StatefulSet': { make: StatefulSet, module: 'kubernetes-models/apps/v1/StatefulSet' },
  'networking.k8s.io/v1 NetworkPolicy': {
    make: NetworkPolicy,
    module: 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy',
  },
  'policy/v1 PodDisruptionBudget': {
    make: PodDisruptionBudget,
    module: 'kubernetes-models/policy/v1/PodDisruptionBudget',
  },
  'monitoring.coreos.com/v1 PodMonitor': { make: PodMonitor, module: `${prometheus}/PodMonitor` },
  'monitoring.coreos.com/v1 PrometheusRule': { make: PrometheusRule, module: `${prometheus}/PrometheusRule` },
  'monitoring.coreos.com/v1 ServiceMonitor': { make: ServiceMonitor, module: `${prometheus}/ServiceMonitor` },
  'keda.sh/v1alpha1 ScaledObject': {
    make: ScaledObject,
    module: '@kubernetes-models/keda/keda.sh/v1alpha1/ScaledObject',
  },
  'cert-manager.io/v1 Certificate': {
    make: Certificate,
    module: '@kubernetes-models/cert-manager/cert-manager.io/v1/Certificate',
  },
};

const idOf = ({ apiVersion, kind }: Manifest): string => `${String(apiVersion)} ${kind}`;

/** An object, and what to call it in a complaint. */
export interface Named {
  readonly name: string;
  readonly object: Manifest;
}

/** What the schema of its kind says against an object: wrong types, words outside a list, missing fields. */
export function schemaMistakes({ name, object }: Named): readonly string[] {
  const kind = kinds[idOf(object)];
  if (kind === undefined) return [`${name}: ${idOf(object)} is a kind that this test does not know`];
  try {
    new kind.make(object as never).validate();
    return [];
  } catch (error) {
    return [`${name}: ${error instanceof Error ? error.message : String(error)}`];
  }
}

const file = join(import.meta.dirname, 'every-object.ts');
const options: ts.CompilerOptions = {
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.es2022.d.ts'],
  types: [],
};

/**
 * Fields that the kind of an object does not have, at any depth. The compiled schemas let those pass, so each object is
 * checked as a literal of its published type, where the compiler refuses every property that is not declared.
 */
export function unknownFields(all: readonly Named[]): readonly string[] {
  const known = all.filter(({ object }) => kinds[idOf(object)] !== undefined);
  const imports = [...new Set(known.map(({ object }) => idOf(object)))].map((id) => {
    const name = id.split(' ')[1] ?? '';
    return `import type { I${name} } from '${kinds[id]?.module ?? ''}';`;
  });
  const literals = known.map(({ object }, at) => `const o${at}: I${object.kind} = ${JSON.stringify(object)};`);
  const text = [...imports, ...literals].join('\n');
  const host = ts.createCompilerHost(options);
  const onDisk = { ...host };
  host.fileExists = (path) => path === file || onDisk.fileExists(path);
  host.getSourceFile = (path, version, ...rest) =>
    path === file ? ts.createSourceFile(path, text, version) : onDisk.getSourceFile(path, version, ...rest);
  const program = ts.createProgram([file], options, host);
  const problems = [
    ...program.getSyntacticDiagnostics(),
    ...program.getSemanticDiagnostics(program.getSourceFile(file)),
  ];
  return problems.map(({ start = 0, messageText }) => {
    const line = text.slice(0, start).split('\n').length - 1 - imports.length;
    return `${known[line]?.name ?? 'an import'}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
  });
}
