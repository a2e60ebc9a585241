/**
 * What stands in for d3-color in the page (see vite.config.ts). React Flow moves its view by d3-transition, which brings a package for mixing
 * colours along; a view has none to mix.
 */
const none = (): null => null;

export { none as color, none as cubehelix, none as hcl, none as hsl, none as lab, none as rgb };
