// Bundles the pages' scripts and styles into dist/ and compresses each file at build time. build.txt holds a hash of the content, which
// becomes part of the URLs, so browsers can cache the files for ever.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const out = new URL("dist/", import.meta.url).pathname;
const work = new URL("dist.new/", import.meta.url).pathname;

await rm(work, { recursive: true, force: true });
const common = {
  bundle: true,
  minify: true,
  format: "esm",
  target: ["es2022"],
  legalComments: "none",
  logLevel: "warning",
  loader: { ".ttf": "file" },
  assetNames: "[name]",
};
await build({
  ...common,
  entryPoints: { app: "src/app.ts", editor: "src/editor.ts" },
  outdir: work,
});
await build({
  ...common,
  format: "iife",
  entryPoints: {
    "editor.worker": "monaco-editor/editor/editor.worker",
    "ts.worker": "monaco-editor/language/typescript/ts.worker",
  },
  outdir: work,
});
await build({ ...common, entryPoints: { pages: "styles/pages.css" }, outdir: work });

const hash = createHash("sha256");
const files = (await readdir(work)).sort();
let total = 0;
await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
for (const name of files) {
  const bytes = await readFile(join(work, name));
  hash.update(name).update(bytes);
  const packed = gzipSync(bytes, { level: 9 });
  total += packed.length;
  await writeFile(join(out, `${name}.gz`), packed);
}
await rm(work, { recursive: true, force: true });
await writeFile(join(out, "build.txt"), hash.digest("hex").slice(0, 16));
console.log(`${files.length} files, ${(total / 1024).toFixed(0)} KiB compressed`);
