// The web's objects are as frozen as the language's own, and classes can still be derived from them.
function main() {
    const failed = [];
    for (const [name, change] of Object.entries({
        replace: () => { 'use strict'; globalThis.URL = 1; }, method: () => { 'use strict'; URL.prototype.toString = 1; },
        statics: () => { 'use strict'; URL.left = 1; }, crypto: () => { 'use strict'; crypto.randomUUID = 1; }, timer: () => { 'use strict'; setTimeout.left = 1; },
    })) {
        try { change(); } catch { failed.push(name); }
    }
    class Address extends URL { get site() { return this.hostname.split('.').slice(-2).join('.'); } }
    const own = new Address('https://www.shop.example/x');
    own.label = 'mine';
    return { failed, site: own.site, label: own.label, is: own instanceof URL, names: ['URL', 'setTimeout', 'crypto', 'structuredClone'].map(name => Object.keys(globalThis).includes(name)) };
}
