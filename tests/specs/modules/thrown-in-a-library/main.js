import { check } from "lib:rules";

function main() {
    check({ total: -1 });
}
