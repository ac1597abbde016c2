import { vat } from "lib:all";

function main() {
    return vat;
}
