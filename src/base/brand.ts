declare const brand: unique symbol;

/** A `T` that the compiler tells apart from other `T`s; at run time it is a plain `T`. Made by a cast. */
export type Brand<T, Name extends string> = T & { readonly [brand]: Name };
