import { next } from "lib:counter";

function main() {
    return [next(), next()];
}
