import { processIo } from './cli/io.ts';
import { runCommand } from './cli/program.ts';

// A reader that goes away early (`fedmon partners | head`) is not an error of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

const io = processIo(process.stdout, process.stderr, process.env, process.cwd());
const code = await runCommand(process.argv.slice(2), io);
// What was written must have left before the process does.
process.stdout.write('', () => process.stderr.write('', () => process.exit(code)));
