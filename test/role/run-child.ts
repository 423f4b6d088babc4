import { runRoles, roles } from '../../src/role/run.ts';

// A process that runs roles: `run-child.ts CONFIG ROLE[,ROLE…] [bug]`.
const [config = '', wanted = '', flaw] = process.argv.slice(2);
if (flaw === 'bug') setTimeout(() => void Promise.reject(new Error('a bug at redis://:s3cret@h:1')), 300);
try {
  await runRoles(
    roles.filter((role) => wanted.split(',').includes(role)),
    config,
    process.env,
  );
  process.exit(0);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(3);
}
