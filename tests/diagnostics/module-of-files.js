// functions: main
import { readFile } from "fs";
export function main() { return readFile("a"); }
// found:
// 2:26-2:27 error COMPILE_ERROR: only libraries of the tenant can be imported, as "lib:name"
