/** What type tests are written in; they are compiled and never run. */

/** Whether two types are the same, also where each would take the other's values. */
export type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false

/** Does not compile for anything but true. */
export declare function expect<_T extends true>(): void

/** The fixed size of a codec as its type has it. */
export type Size<C extends { readonly fixedSize: number | undefined }> = C['fixedSize']
