/** An empty dist: what an older build left there would still be found by whoever imports it. */
import { rmSync } from "node:fs";

rmSync(new URL("../dist", import.meta.url), { recursive: true, force: true });
