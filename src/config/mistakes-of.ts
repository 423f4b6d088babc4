import { z } from 'zod';
import { printable } from '../federation/failure.ts';
import type { Mistake } from './mistake.ts';
import { masked } from './secret.ts';
import { nearest } from './spelling.ts';
import type { YamlFile } from './yaml-file.ts';
import { valueAt, type Path } from './yaml-value.ts';

/** A value as it may be quoted back: bounded, printable, without a password. */
export function shown(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a group of settings';
  if (typeof value === 'string') return `"${printable(masked(value), 60)}"`;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : 'something else';
}

/** The schema that judges what stands at a path, without the wrappers for absence and conversion. */
function schemaAt(schema: z.core.$ZodType, path: Path): z.core.$ZodType {
  const bare = withoutWrappers(schema);
  const [part, ...rest] = path;
  if (part === undefined) return bare;
  if (bare instanceof z.ZodArray) return schemaAt(bare.element, rest);
  const shape: z.core.$ZodShape = bare instanceof z.ZodObject ? bare._zod.def.shape : {};
  const inner = shape[String(part)];
  return inner === undefined ? bare : schemaAt(inner, rest);
}

function withoutWrappers(schema: z.core.$ZodType): z.core.$ZodType {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
    return withoutWrappers(schema.unwrap());
  }
  return schema;
}

/** What to say of a key that nobody knows. */
export function unknownKey(key: string, known: readonly string[]): string {
  const [meant] = nearest(key, known);
  return meant === undefined ? `unknown key; known here: ${known.join(', ')}` : `unknown key; did you mean ${meant}?`;
}

function keysOf(schema: z.core.$ZodType): readonly string[] {
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}

/** A copy of the value without the keys that nobody knows. */
function withoutUnknown(value: unknown, issues: readonly z.core.$ZodIssue[]): unknown {
  const copy: unknown = structuredClone(value);
  for (const issue of issues) {
    if (issue.code !== 'unrecognized_keys') continue;
    const around = valueAt(copy, issue.path);
    if (typeof around !== 'object' || around === null) continue;
    for (const key of issue.keys) Reflect.deleteProperty(around, key);
  }
  return copy;
}

/**
 * Parses what stands at `path` of a file; null when it cannot be used. Every mistake is added to `mistakes`; an unknown
 * key is one, but what stands beside it is still returned, so that its other mistakes are found in the same run.
 */
export function parsed<S extends z.ZodType>(
  file: YamlFile,
  path: Path,
  schema: S,
  mistakes: Mistake[],
): z.output<S> | null {
  const value = valueAt(file.value, path);
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const { issues } = result.error;
  for (const issue of issues) {
    const at = [...path, ...issue.path];
    if (issue.code === 'unrecognized_keys') {
      const known = keysOf(schemaAt(schema, issue.path));
      for (const key of issue.keys) mistakes.push(file.mistake([...at, key], unknownKey(key, known), 'key'));
    } else {
      const found = valueAt(value, issue.path);
      const got = found === undefined ? 'missing' : `got ${shown(found)}`;
      mistakes.push(file.mistake(at, `${got}, expected ${issue.message}`));
    }
  }
  const rest = schema.safeParse(withoutUnknown(value, issues));
  return rest.success ? rest.data : null;
}
