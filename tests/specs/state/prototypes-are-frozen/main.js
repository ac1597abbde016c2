function attempt(change) {
    'use strict';
    try {
        change();
        return 'changed';
    } catch (error) {
        return error.name;
    }
}
function main() {
    return [
        attempt(() => { 'use strict'; Array.prototype.map = null; }),
        attempt(() => { 'use strict'; Object.prototype.polluted = 1; }),
        attempt(() => { 'use strict'; Object.prototype.toString = null; }),
        attempt(() => { 'use strict'; Promise.prototype.then = null; }),
        attempt(() => { 'use strict'; (async function () {}).constructor.prototype.x = 1; }),
        attempt(() => { 'use strict'; Object.getPrototypeOf([][Symbol.iterator]()).next = null; }),
        attempt(() => { 'use strict'; Object.getPrototypeOf(function* () {}).prototype.next = null; }),
        attempt(() => { 'use strict'; Math.max = null; }),
        attempt(() => { 'use strict'; JSON.stringify = null; }),
        attempt(() => { 'use strict'; Object = null; }),
        attempt(() => { 'use strict'; console.log = null; }),
        attempt(() => { 'use strict'; utils.date.now = null; }),
        attempt(() => { 'use strict'; services.clients.get = null; }),
        attempt(() => { 'use strict'; context.user.id = 2; }),
        attempt(() => { 'use strict'; context = null; }),
        attempt(() => { 'use strict'; Object.getOwnPropertyDescriptor(Object.prototype, 'toString').value.kept = 1; }),
        attempt(() => { 'use strict'; Object.setPrototypeOf(Array.prototype, null); }),
    ];
}
