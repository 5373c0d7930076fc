/** Before any test: the kernels and both packages are built, for the tests that run the command as a process. */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const npm = process.env.npm_execpath;

export default () => {
  const build = ["run", "--silent", "build"];
  // under `npm test` the npm that runs us is known by its path, which works where `npm` is a .cmd file
  if (npm) execFileSync(process.execPath, [npm, ...build], { cwd: root, stdio: "inherit" });
  else execFileSync("npm", build, { cwd: root, stdio: "inherit", shell: process.platform === "win32" });
};
