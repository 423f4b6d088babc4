#!/nodejs/bin/node
// The `fedmon` command of the container image (its entry point starts the same with flags for what lasts), where Node and the dependencies stand ready: nothing is looked for, nothing
// is installed. The path of Node is that of the distroless images.
import '../main.ts';
