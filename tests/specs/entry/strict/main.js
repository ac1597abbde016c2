'use strict';
function main() {
    return { strict: (function () { return this === undefined; })() };
}
