import { vat, Rate, undefinedOne } from "lib:tax";

function main(): unknown {
    const rate: Rate = { of: 1 };
    return [vat(rate), typeof undefinedOne];
}
