// Makes the package for npm: node .github/pack.mjs FOLDER
// Node strips types from sources, but never below node_modules, where a package lies. So here each TypeScript file becomes
// JavaScript, file by file and line by line, with nothing bundled; the rest is copied. The checkout itself stays private.
import { cpSync, globSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';

const root = join(import.meta.dirname, '..');
const [out] = process.argv.slice(2);
if (out === undefined) {
  process.stderr.write('Type: node .github/pack.mjs FOLDER\n');
  process.exit(2);
}

const compilerOptions = {
  target: ts.ScriptTarget.ES2024,
  module: ts.ModuleKind.ESNext,
  verbatimModuleSyntax: true,
  rewriteRelativeImportExtensions: true,
};

function write(path, text) {
  const file = join(out, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

for (const path of globSync('src/**', { cwd: root })) {
  const file = join(root, path);
  // What makes a checkout or an image ready has no place in a package: npm does that.
  if (!statSync(file).isFile() || path.startsWith(join('src', 'bin'))) continue;
  if (!path.endsWith('.ts')) {
    mkdirSync(dirname(join(out, path)), { recursive: true });
    cpSync(file, join(out, path));
    continue;
  }
  const { outputText } = ts.transpileModule(readFileSync(file, 'utf8'), { compilerOptions, fileName: file });
  // A thread is started from its file; TypeScript knows imports only.
  write(path.replace(/\.ts$/, '.js'), outputText.replace(/(new URL\('\.[^']*)\.ts'/g, "$1.js'"));
}

write('src/bin/fedmon.mjs', "#!/usr/bin/env node\nimport '../main.js';\n");
for (const name of ['LICENSE', 'README.md', 'CHANGELOG.md', 'SECURITY.md']) cpSync(join(root, name), join(out, name));
const { name, version, description, license, type, engines, bin, man, dependencies } = JSON.parse(
  readFileSync(join(root, 'package.json'), 'utf8'),
);
const manifest = { name, version, description, license, type, engines, bin, man, dependencies };
write('package.json', `${JSON.stringify(manifest, null, 2)}\n`);
