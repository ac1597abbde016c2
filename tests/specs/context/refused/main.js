const attempt = work => { try { return work(); } catch (error) { return `${error.name}: ${error.message}`; } };

function main() {
    return {
        sloppy: [
            () => { context.x = 1; }, () => { context.user.name = 'other'; }, () => { context.user.permissions.push('all'); }, () => { context.user.permissions[0] = 'all'; },
            () => { context['tenant'] = null; }, () => { services.mail = {}; }, () => { context.tenant.id++; }, () => { services.orders.get = () => 1; },
            () => Object.defineProperty(context, 'x', { value: 1 }), () => Object.assign(context, { x: 1 }), () => Reflect.set(context, 'x', 1),
        ].map(attempt),
        strict: attempt(() => { 'use strict'; context.x = 1; }),
        same: attempt(() => { context.tenant = context.tenant; context.user.name = 'Ann'; return 'nothing changed'; }),
        copied: attempt(() => { const own = { ...context, x: 1 }; own.tenant = 2; return [own.x, own.tenant]; }),
        inherited: attempt(() => { const own = Object.create(context); own.tenant = 2; return typeof own.tenant; }),
        own: attempt(() => { const frozen = Object.freeze({ a: 1, context }); frozen.a = 2; frozen.b = 3; return [frozen.a, typeof frozen.b]; }),
    };
}
