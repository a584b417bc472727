/** THIRD-PARTY.txt (the licences, in full) and vendor.json (name, version, licence, sha256 of each package's files). */
import { createHash } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const frontend = join(dirname(fileURLToPath(import.meta.url)), "..");

/** Every file below `folder`, sorted, relative to it. */
async function filesBelow(folder) {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  return found
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

async function sha256Of(folder) {
  const hash = createHash("sha256");
  for (const file of await filesBelow(folder)) {
    hash.update(file.slice(folder.length).replaceAll("\\", "/"));
    hash.update(await readFile(file));
  }
  return hash.digest("hex");
}

/** The packages whose code or drawings reach the browser: the run-time dependencies and theirs. */
async function shippedPackages() {
  const lock = JSON.parse(await readFile(join(frontend, "package-lock.json"), "utf8"));
  return Object.entries(lock.packages)
    .filter(([path, entry]) => path.startsWith("node_modules/") && !entry.dev && !entry.devOptional)
    .map(([path, entry]) => ({ name: path.replace(/^.*node_modules\//, ""), folder: join(frontend, path), ...entry }));
}

/** `isLeftOut` says of a package's name whether this site goes without it. */
export async function writeNotices(out, isLeftOut = () => false) {
  const vendor = [];
  const notices = ["Other people's work in these files, with thanks.\n"];
  const shipped = (await shippedPackages()).filter(({ name }) => !isLeftOut(name));
  for (const { name, folder, version, license } of shipped) {
    vendor.push({ name, version, license, sha256: await sha256Of(folder) });
    const licenceFile = (await readdir(folder)).find((file) => /^licen[cs]e/i.test(file));
    const text = licenceFile ? await readFile(join(folder, licenceFile), "utf8") : "";
    notices.push(`${"=".repeat(78)}\n${name} ${version} (${license})\n\n${text.trim()}\n`);
  }
  await writeFile(join(out, "vendor.json"), `${JSON.stringify(vendor, null, 2)}\n`);
  await writeFile(join(out, "THIRD-PARTY.txt"), notices.join("\n"));
}
