// Installs the locked dependencies of a checkout, once, whoever asks first. Plain JavaScript for Node from 18 on.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { hold } from './lock.mjs';
import { root } from './node.mjs';

const stamp = join(root, 'node_modules', '.fedmon-installed');
const lock = join(root, '.cache', 'install.lock');
/** How long another command may take to install, and a stopped npm to end after each signal, milliseconds. */
const limits = { wait: 600_000, SIGTERM: 1_000, SIGKILL: 1_000 };
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const windows = process.platform === 'win32';

const say = (text) => process.stderr.write(`fedmon: ${text}\n`);

/** What should be installed: the lock file, and the part of package.json that it was made from. */
function wanted() {
  const { dependencies, devDependencies, optionalDependencies, overrides } = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  );
  return createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .update(JSON.stringify([dependencies, devDependencies, optionalDependencies, overrides]))
    .digest('hex');
}

const isInstalled = (want) => existsSync(stamp) && readFileSync(stamp, 'utf8') === want;

/** Signals every process that npm started; false when none is left. */
function signalGroup(child, signal) {
  try {
    // npm is the first of a group of its own, so its scripts and their children are reached with it.
    return process.kill(windows ? child.pid : -child.pid, signal);
  } catch {
    return false;
  }
}

/** Where the process group of a running npm stands, so that whoever takes over after a kill does not run beside it. */
const groupFile = join(lock, 'npm');

/** Waits for an npm that outlived the command that started it; it was not ours to end. */
async function orphanGone() {
  const group = existsSync(groupFile) ? Number(readFileSync(groupFile, 'utf8')) : 0;
  if (!(group > 1) || windows) return;
  const until = Date.now() + limits.wait;
  for (let told = false; signalGroup({ pid: group }, 0) && Date.now() < until; told = true) {
    if (!told) say(`an npm of a command that was killed (process ${group}) is still at work; waiting for it …`);
    await pause(200);
  }
}

/** npm would take ten seconds and more to undo what it did; the next `npm ci` clears the folder anyway. */
async function endGroup(child) {
  for (const signal of ['SIGTERM', 'SIGKILL']) {
    signalGroup(child, signal);
    const until = Date.now() + limits[signal];
    while (signalGroup(child, 0) && Date.now() < until) await pause(20);
  }
}

/** Runs `npm ci`; resolves with null when it went well, else with the exit code for this process. */
async function npmCi() {
  let stop = () => undefined;
  const stopped = new Promise((resolve) => {
    stop = () => resolve('stopped');
  });
  // Before npm begins: a signal in between would end us and leave npm at work.
  for (const signal of signals) process.on(signal, stop);
  const child = spawn(windows ? 'npm.cmd' : 'npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    detached: !windows,
  });
  if (child.pid !== undefined) {
    // Whole or not at all: whoever finds it empty, because we were killed in between, would take npm for gone.
    writeFileSync(`${groupFile}.new`, String(child.pid));
    renameSync(`${groupFile}.new`, groupFile);
  }
  const ended = new Promise((resolve) => {
    child.once('error', (error) => resolve(error.code === 'ENOENT' ? 'missing' : 'failed'));
    child.once('exit', (code) => resolve(code === 0 ? 'installed' : 'failed'));
  });
  const outcome = await Promise.race([ended, stopped]);
  if (outcome === 'stopped') await endGroup(child);
  for (const signal of signals) process.off(signal, stop);

  if (outcome === 'installed') return null;
  if (outcome === 'stopped') {
    say('stopped before the dependencies were installed; the same command begins again.');
    return 130;
  }
  if (outcome === 'missing')
    say('npm was not found on PATH. Install it (it comes with Node) and run the same command again.');
  else say('npm ci failed; its message stands above. Mend it and run the same command again.');
  return 3;
}

/** Installs the locked dependencies when they are absent or out of date; ends the process when that cannot be done. */
export async function installDependencies() {
  const want = wanted();
  if (isInstalled(want)) return;
  let release;
  try {
    release = await hold(lock, limits.wait, (pid) => {
      say(`another command (process ${pid}) is installing the dependencies; waiting for it …`);
    });
  } catch (error) {
    say(`dependencies are missing and ${root} cannot be written to (${error.code}). Run npm ci there as its owner.`);
    process.exit(3);
  }
  if (release === null) {
    say(
      `the dependencies were still being installed after ${limits.wait / 60_000} minutes. If nothing is, remove ${lock}`,
    );
    process.exit(3);
  }
  let code = null;
  try {
    await orphanGone();
    // Whoever held the lock before us may have done it.
    if (!isInstalled(want)) {
      say('installing dependencies (npm ci) …');
      code = await npmCi();
      if (code === null) {
        mkdirSync(join(root, 'node_modules'), { recursive: true });
        writeFileSync(stamp, want);
      }
    }
  } finally {
    release();
  }
  if (code !== null) process.exit(code);
}
