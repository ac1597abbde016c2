import { a } from "lib:broken";
function main() { return a; }
