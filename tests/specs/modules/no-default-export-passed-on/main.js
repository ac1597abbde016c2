import total, { vat } from "lib:all";

function main() {
    return [total, vat];
}
