// ends: success
// changes objects that all scripts share
function main() {
    'use strict';
    const shared = [Object.prototype, Array.prototype, Function.prototype, Promise.prototype, String.prototype, Math, JSON, console, Error.prototype];
    for (const object of shared) {
        try { object.polluted = true; } catch { /* as it should be */ }
        try { Object.defineProperty(object, 'polluted', {value: true}); } catch { /* likewise */ }
        try { Object.setPrototypeOf(object, {polluted: true}); } catch { /* likewise */ }
    }
    if ({}.polluted || [].polluted || (() => {}).polluted || ''.polluted || JSON.polluted) throw new Error('polluted');
}
