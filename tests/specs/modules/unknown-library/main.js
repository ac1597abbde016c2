function before() {}
import { a } from "lib:nowhere";
function main() { return a; }
