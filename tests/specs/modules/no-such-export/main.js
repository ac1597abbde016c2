import * as tax from "lib:tax";
import { vat, toString } from "lib:tax";

function main() {
    return [typeof tax.rate, vat, toString];
}
