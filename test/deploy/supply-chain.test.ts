import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import manifest from '../../package.json' with { type: 'json' };
import { locked, lockText, shipped } from './locked.ts';

const root = join(import.meta.dirname, '../..');
const security = readFileSync(join(root, 'SECURITY.md'), 'utf8');

/** Licences that ask for no more than to be named. */
const permissive = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0', 'ISC', 'MIT'];
/** Of tools that are never passed on; and what a package says in words where it does not say it in its package.json. */
const ofTools: Readonly<Record<string, string>> = { 'axe-core': 'MPL-2.0', 'railroad-diagrams': 'CC0-1.0', sip: 'MIT' };

describe('direct dependencies', () => {
  const rows = (title: string): readonly string[] => {
    const table =
      new RegExp(`^\\| ${title} +\\| why +\\|\\n\\|[-| ]+\\n((?:\\|.*\\n)+)`, 'm').exec(security)?.[1] ?? '';
    const lines = table.trim().split('\n');
    for (const line of lines) assert.match(line, /^\| `.*` +\| \S.{4,} \|$/);
    return lines.flatMap((line) =>
      Array.from((line.split(' | ')[0] ?? '').matchAll(/`([^`]+)`/g), ([, name = '']) => name),
    );
  };

  test('each has a sentence in SECURITY.md, and no other has', () => {
    assert.deepEqual(rows('what runs'), Object.keys(manifest.dependencies).toSorted());
    const others = Object.keys({ ...manifest.devDependencies, ...manifest.optionalDependencies });
    assert.deepEqual(rows('what only developers have').toSorted(), others.toSorted());
  });

  test('each is one exact version', () => {
    const { dependencies, devDependencies, optionalDependencies, overrides } = manifest;
    for (const [name, version] of Object.entries({
      ...dependencies,
      ...devDependencies,
      ...optionalDependencies,
      ...overrides,
    }))
      assert.match(version, /^(npm:@?[\w./-]+@)?\d+\.\d+\.\d+(-\d+)?$/, name);
  });
});

describe('the lock file', () => {
  test('names no address that a package would come from, and a SHA-512 for each', () => {
    assert.doesNotMatch(lockText, /"resolved"/);
    const addresses = lockText.match(/^ *"(?!url"|funding").*https?:.*$/gm) ?? [];
    assert.deepEqual(
      addresses.filter((line) => !line.includes('"url"') && !line.includes('"funding"')),
      [],
    );
    for (const { name, integrity } of locked()) assert.match(integrity ?? '', /^sha512-[\w+/]{86}==$/, name);
  });

  test('nothing that is shipped runs a script when it is installed', () => {
    const { packages } = JSON.parse(lockText) as {
      packages: Record<string, { hasInstallScript?: true; optional?: true }>;
    };
    const withScript = Object.entries(packages).filter(([, each]) => each.hasInstallScript === true);
    assert.deepEqual(
      withScript.filter(([, { optional }]) => optional !== true).map(([path]) => path),
      [],
    );
  });
});

describe('licences', () => {
  test('all that is shipped is permissive; tools are that too, or are named here', () => {
    const refused = locked().filter(({ name, license, isShipped }) => {
      if (license !== null && permissive.includes(license)) return false;
      return isShipped || ofTools[name] === undefined || (license !== null && license !== ofTools[name]);
    });
    assert.deepEqual(
      refused.map(({ name, license }) => `${name}: ${license ?? 'none'}`),
      [],
    );
    // The exceptions are still needed.
    for (const name of Object.keys(ofTools))
      assert.ok(
        locked().some((each) => each.name === name && !each.isShipped),
        name,
      );
    assert.match(
      readFileSync(join(root, 'node_modules/sip/LICENSE'), 'utf8'),
      /Permission is hereby granted, free of charge/,
    );
  });

  test('the lock file says of each package what the package says of itself', () => {
    const { packages } = JSON.parse(lockText) as { packages: Record<string, { license?: string; optional?: true }> };
    let looked = 0;
    for (const [path, { license, optional }] of Object.entries(packages)) {
      const file = join(root, path, 'package.json');
      if (path === '' || (optional === true && !existsSync(file))) continue;
      const own = JSON.parse(readFileSync(file, 'utf8')) as { license?: string };
      assert.equal(license, own.license, path);
      looked += 1;
    }
    assert.ok(looked > 140);
  });

  test('THIRD-PARTY.md lists what is shipped (UPDATE_README=1 writes it)', () => {
    const lines = shipped().map(({ name, version, license }) => `- \`${name}\` ${version}: ${license ?? 'none'}`);
    const text = `# What is shipped of others

Packages that the image holds, with their licences as their authors state them. The texts of the licences lie beside each
package, below \`/opt/fedmon/node_modules\`. Written from \`package-lock.json\` by \`test/deploy/supply-chain.test.ts\`.

${[...new Set(lines)].toSorted().join('\n')}

The base image brings Node (MIT, with the notices in its LICENSE) and parts of Debian, each with its text below \`/usr/share/doc\`.
`;
    const file = join(root, 'THIRD-PARTY.md');
    if (process.env['UPDATE_README'] === '1') writeFileSync(file, text);
    assert.equal(readFileSync(file, 'utf8'), text);
  });
});
