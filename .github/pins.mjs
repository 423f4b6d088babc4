// What we take from others by name and build or run, and whether each is pinned by its digest.
//   node .github/pins.mjs --check    lists what is not pinned; exit code 1 when anything is not
//   node .github/pins.mjs --write    asks for the digests of the tags and writes them in; needs the network, git and docker
// A tag can be moved to other code, a digest cannot. The tag stays beside it, for people and for the next `--write`.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = '.github/workflows';
const files = [
  'Dockerfile',
  'compose.yaml',
  ...(existsSync(folder) ? readdirSync(folder).map((each) => join(folder, each)) : []),
];

// `uses: owner/action@v1.2.3`, or pinned: `uses: owner/action@COMMIT # v1.2.3`
const action = /^(\s*(?:- )?uses: )([\w.-]+\/[\w./-]+)@(\S+?)(?: # (\S+))?$/gm;
// `FROM name:tag`, `image: name:tag` and `image=name:tag`, or pinned: `name:tag@sha256:…`; what we build ourselves is not asked for.
const image =
  /^(FROM (?:--platform=\S+ )?|\s*image: |.*\bimage=)((?:[\w-]+\.)+[\w-]+\/[\w./-]+:[\w.-]+)(@sha256:[0-9a-f]{64})?/gm;

const isCommit = (text) => /^[0-9a-f]{40}$/.test(text);

/** The commit behind a tag; of an annotated tag the one it points to. */
function commitOf(name, tag) {
  const repository = name.split('/').slice(0, 2).join('/');
  const refs = [`refs/tags/${tag}`, `refs/tags/${tag}^{}`];
  const lines = execFileSync('git', ['ls-remote', `https://github.com/${repository}`, ...refs], { encoding: 'utf8' });
  const commit = lines.trim().split('\n').at(-1).split('\t')[0];
  if (!isCommit(commit)) throw new Error(`${name} has no tag ${tag}`);
  return commit;
}

/** The digest of the list of all platforms behind a tag. */
function digestOf(name) {
  const args = ['buildx', 'imagetools', 'inspect', '--format', '{{json .Manifest.Digest}}', name];
  const digest = JSON.parse(execFileSync('docker', args, { encoding: 'utf8' }));
  if (!/^sha256:[0-9a-f]{64}$/.test(digest)) throw new Error(`${name}: not a digest: ${digest}`);
  return digest;
}

function pinned(text) {
  return text
    .replace(action, (_, before, name, at, tag = at) => `${before}${name}@${commitOf(name, tag)} # ${tag}`)
    .replace(image, (_, before, name) => `${before}${name}@${digestOf(name)}`);
}

function found(file) {
  const text = readFileSync(file, 'utf8');
  return [
    ...Array.from(text.matchAll(action), ([, , name, at, tag]) => ({
      name: `${name}@${tag ?? at}`,
      is: isCommit(at) && tag !== undefined,
    })),
    ...Array.from(text.matchAll(image), ([, , name, digest]) => ({ name, is: digest !== undefined })),
  ].map((each) => ({ ...each, file }));
}

const [order] = process.argv.slice(2);
if (order === '--write') for (const file of files) writeFileSync(file, pinned(readFileSync(file, 'utf8')));
else if (order !== '--check') {
  process.stderr.write('Type: node .github/pins.mjs --check, or --write\n');
  process.exit(2);
}
const all = files.flatMap(found);
const open = all.filter(({ is }) => !is);
for (const { file, name } of open) process.stdout.write(`${file}: ${name} is not pinned\n`);
process.stdout.write(`${all.length - open.length} of ${all.length} are pinned by digest.\n`);
process.exitCode = open.length === 0 ? 0 : 1;
