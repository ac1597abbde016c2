// n: 3000
function isValid(iban) {
    const moved = iban.slice(4) + iban.slice(0, 4);
    let rest = 0;
    for (let i = 0; i < moved.length; i++) {
        const code = moved.charCodeAt(i);
        rest = code > 64 ? (rest * 100 + code - 55) % 97 : (rest * 10 + code - 48) % 97;
    }
    return rest === 1;
}
function luhn(digits) {
    let sum = 0;
    for (let i = digits.length - 1, double = false; i >= 0; i--, double = !double) {
        let digit = Number(digits[i]);
        if (double && (digit *= 2) > 9) digit -= 9;
        sum += digit;
    }
    return sum % 10 === 0;
}
function main(n) {
    let valid = 0;
    for (let i = 0; i < n; i++) {
        if (isValid('DE' + String(10 + (i % 89)) + String(370400440532013000 + i * 128))) valid++;
        if (luhn(String(4000000000000000 + i * 7))) valid++;
    }
    return valid;
}
