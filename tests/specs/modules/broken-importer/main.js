import { vat } from "lib:tax";

function main() {
    return vat(;
}
