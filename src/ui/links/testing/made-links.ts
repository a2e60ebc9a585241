/** Links as releases of the page made them. Later releases must open them: entries are added, never changed. */
import type { LogEntry } from "../../../protocol/messages.ts";

interface MadeLink {
  readonly name: string;
  readonly link: string;
  /** What it leads to: the log, its open branch, the moment, the scene's name, the node that is selected. */
  readonly log: readonly LogEntry[];
  readonly tip: number;
  readonly playhead_ns: number;
  readonly scene: string;
  readonly node: string | null;
}

export const MADE: readonly MadeLink[] = [
  {
    name: "version 1, a ping",
    link: "1.nVXLjts2FP0V4q4lRZTHnRntjDYtskiTZpLVwAhoiWOxI5MCSVt2DQNeBCmCBn2hmwZTFLNIEbSDtujKmPTxL4Ef3fUXClKWLTvjtBNDgC3ey3vOPffhIfSoVExwCLEDKqKcQjjcOGQxhKBIh7qJUBoc0Eyn1otyCOGIdCgyFgedMKk0yhhvgwOfJBDC7Mun08l49vNf08nL-dnlP78_XVxcTCfj-cV54TdyIBcyjU04lTMdJVRBeDwETjoUQkgJBwdaksVt86pyH0ZNB7iIN_0MgQY4cMq4oRuL6JTKkjDjmsoTEm1eoTrxwYEOiSCEehDW90Lftw8OfWKuZb09CAEfBh5-58DDHvZvBHsWX4quttEgpiekm2rUYwRVPFFMe8giNE2ghydC5kTGEPoOxFxBCIFf83wP45pXr8HIWdFq5-s0LIx8uwzwlRnYBJxqBHx1hGAjwposfk2CrQRNx2SatNJCH1cjTjRyG-junaP79-48uH_rww-QK4w4GLmqIppRF7kfo9uNo48e3LzXeO8mNCtcrQac6rU8isreW8kThHV_ldxxJbsDW2FnozjmpLm76BVp3lR0w5VZgkNItM42RD3wwwNDyHbGEFKmtJ2tKo2wXgMHJI2EjK1Xnuce7ZNOllIvEp2tgEW0nQ6m50Yjk1XK-KlJ6riYIW-pWkq4p3Lfy9xitJrOMbTz163tvGLCZS041YVrszlyltNolSuDLc_s3BdnIbhuzBXamgtIaZtEg1urltKyS42c1PTavvmlu1lRdhFXV0HKzC5bAiHZ5ciNkeua5kC8zXjfxcV3MRDXvRxc7zLT5fWW6Ls11OqqQUv07SiRSDPBi97dXK53GW-vyL56_HWJXe7X6cvPV-Zs7RsY4ZakluY1LevnRqiG8H7g4X3P94oFdAU04YjEsaRKIZ0QjbhoiXiAEqJKBjbadDKeTn6c_3Y-P3syvbxcfPNi8ezR7OzX2Xfj_8MEr5kcHu6iYsXdpUFh3KHAVlmuk39V-qKc_k7pS_v1pMdXQB8lIkc6oaj433s1_lYh2_4l9vz754uzzxZ_fDU_f7549gi927iN_j5_sTvnlox0ilQi8g6JVIXqNvT7jMcWukd1YoGFTqhElMcr8Cd_zj69tA7IlPmLH6aT8eKnX96UOMuQ2TMwMusgFW3b6qzYjBmRlGsIXewA0Q_NHGDf9zdTubEOmSdEG756kNkt36fRfxXXDJlmWQGXkkFCSbwCCnzzGf0L",
    log: [
      {
        id: 0,
        parent: -1,
        at_ns: 1000,
        node: "hostA/nginx-1",
        what: {
          type: "exec",
          line: "ping -c 3 172.17.0.3",
        },
      },
    ],
    tip: 0,
    playhead_ns: 1000200000,
    scene: "same-host",
    node: null,
  },
  {
    name: "version 1, a fork on two hosts",
    link: "1.zVZNbxtFGP4ro_c8u5lZx20YTnZqoQhBQj5OkVWNdyf2ks3sanfsTbAs9VAhQAgkxKVVkajEgRMULgTaX1PFKbf-BTQzu95dx06rCiEsS_54P59n3veZncJEpFkYS2AUQ-YLKYBNG3-GATDw0zjLnFGcKcCgQhUZNyGBwWEeI23IMJIxSuOxEoDhsxEwuLr8af7ts6vL59dP_nr94uvr359eP_ny7z9-ffX9bzDDkMdpFOg8WR4qfyQyYMdTkPxMAIOIS8AwSMNgqH9mOYFZH4OMg6afLt0BDKeh1I0GsX8q0rLTUCqRnnC_GSLUiACGM-4Dg7bH2puMEPOmjHAdlkw2gQF9z3PpnS2XupRseJumvsGns0EgTvg4UmgSclTzRIGYIFOhrxPdP4nTnKcBMIIhkBkw8EjLJS6lLbfdghluIOn-i0gGK5HQ_wDJMK9gmDLpuyGgKxEYALiega7O4DUyVM3epGAJoJ76RPFBZPlxFJJcIaeD9nYPDvd3jw53Pv4AObEmhyInq5Gm5wQ5n6KPOgefHPX2O_d60K_1ajiQQlX0ZCKdvBM9HmuTBbjjGrotM6u4cTj6n_76Q69Rc9uh615D0-AURkolDVK3CNvSDZnJmEIUZsrIQ70N1m4BhlT4cRoYrzzPXXHOz5JIuH58tpTQZlvroGduNtOoolCealDHVg3cgrWISzfLiZs4ViT62Dp0Vzt0jcMwv2kd5jUTLQ9LCmVd-_0ZLtbVUFtKUpkUIjHk_sXOYqRUOhaaThEA81r6mxon9tjjoC5qUaj1uMiN0rFEToAcRw8HksNQnjvUftqFqIK7bxXslcF9DNxXYSzt8DUFfi-Uw0W1l59_VwYvVP75NwtzUvl6WuKLlgpz1ZTxc3zUQvSu59K7LnU9g6FZ2vDAELfXClL2pum-fPAoQ34sFQ-l5rxoxHi_fvF4_tWPV5cPrn94Ov_imQ1A81_-nD_6-dXjh9Xts5rqMClq8SCoejNrvSSP9H1UigRydtC93e0Pe_vO0UFvX_NchBKXbNA7WhE629u9vcN6TKEqO01VyZZD1-Zaw1f3Bl-dW_jqruKr8wa-urfzRVbyRf6HfJnRtoj1YJfYFmNtTUnp1V0_N7WBro2I2Sy7gOZBxwYxcJxBmFR9UqvYtsSStbzwZhiieGjWM7RynPBUSAXMoRi4uq93lxJCmh1uVKuXj7jSTaiLxFwt58K_ZSGJq-UV22q0qkaqYm1SvN62pJHNdJyoKrO3MrO3OvObQBRSl6k4QYP43NEI-vp5NbGFIn4xEjywNVpljdk_",
    log: [
      {
        id: 0,
        parent: -1,
        at_ns: 1000,
        node: "hostA/nginx-1",
        what: {
          type: "exec",
          line: "ping -c 3 172.17.0.3",
        },
      },
      {
        id: 1,
        parent: 0,
        at_ns: 1500000000,
        node: "hostA/nginx-1",
        what: {
          type: "interrupt",
        },
      },
      {
        id: 2,
        parent: 0,
        at_ns: 1200000000,
        node: "hostA",
        what: {
          type: "exec",
          line: "docker stop box-3",
        },
      },
    ],
    tip: 2,
    playhead_ns: 1300000000,
    scene: "cross-host",
    node: null,
  },
  {
    name: "version 2, a fork",
    link: "2.VY5BCoMwFESvEmb9Y_OTgphdzxGyqBqs2CZihAri3UuwFPp2M_MWsyPDOuT7K8hHyisI3DbvsDXwhFi2Ut8ucRjjJhl05rI-YZ1jYqUUKcI8xkHIThjBta64rlRl4KkY16ZwesqT08T8q5jQp24Ki8hrmkWbNmngPWGF1YQZlo36Qphgd8TUB9i_ZxrH8QE",
    log: [
      {
        id: 0,
        parent: -1,
        at_ns: 1000,
        node: "hostA/nginx-1",
        what: {
          type: "exec",
          line: "ping -c 3 172.17.0.3",
        },
      },
      {
        id: 1,
        parent: 0,
        at_ns: 1500000000,
        node: "hostA/nginx-1",
        what: {
          type: "interrupt",
        },
      },
      {
        id: 2,
        parent: 0,
        at_ns: 1200000000,
        node: "hostA",
        what: {
          type: "exec",
          line: "docker stop box-3",
        },
      },
    ],
    tip: 2,
    playhead_ns: 1300000000,
    scene: "same-host",
    node: "hostA/nginx-2",
  },
  {
    name: "version 2, a scene of its own",
    link: "2.1VffayNVFP5XLgcfLMyM86N16yw-BFxkH7R1233qBrmZOUnGTu4Mc28yjSGwDyLIdru6CCLsg4jC4oP6INLWFf8XSVJ82n9B772TZCZNVtoGRBJI5t4z3_nOd79zMhkAB38APcx4lDDwHQPyJItDucjzSARt5OAfDIDRDoIPMWVgQCOLwpa85LkNw7oBLAmrce2EixoYcBixEHwIk-AQM1OuggERE5g1aVC9BUXbBgM6NAAftlx_a9O3bfV2fJvK29LeJvjgvOVazpvblmM59hvupsqfJV2h0CDEJu3GgvQiSkqRJMQeURnqEujDZpLlNAvBtw0IGQcfXNuzbMtxPGvLg6Exo9XK52WoNNn1KnCWVqAKMMoIznIEt4IwJ-tckmChQEdeCtqItT6mIIwKYtbI7s7e_r2d-_t333-XmIkUxyEmL4km1SXmR-S92t4H9-_cq71zB-olrkoDhmIuD8esdy15XH_LnhV3UKpuW52wUTkcuVJffeglaV516JJrpAgOoC1EWhF12_a3JSHljAHEERfIFjzib3lgQIZBkoUqKs9zC49oJ43RCpLOAqBGWxkgPTccyqriiB3Kog50D1mFajFlFs9tKzV1a9WNA2jll3dbeWnLmZ4FQ6FD6_WhUXSjUm4KVqypvtdrPphmyDhZ6AuIsUWD_t2ZpUTWRSknhuDfMiCSRuj0zSSXg0JEIkaJqeTbYUgCeZtBRBsZoUSPGDDg4_Y_U2J0-nDyzdnF719cnP_x8sXxxSe_jj8_GZ0-HD_5eXT-3eTxt5Nn55ICR9FNtbOSsDxt4ojhbNqQrMuIGUaCmCZD8TZLGMqvtIOkkRyZDml0eb-RHOkGvAGSuzYkb45UN4AGIkqY7qGqkjWtI2mgyBFZUQ9loeYzFXT87HmxNX56XFAdnT3666tfJiffl9WWqi7nHaVEOpLQMFStRBgKxslrrxcFRYynGAhiNskDGAysPUEFWrtROBw-AJ18g4h-iqSHok1SxIyocq8H5m7cJoyj9DQxxRVpmIxEqawkU-U4tiVfcoLOJsWN0ZVYHIWur5teF9BdRdddB113FV3l4KrXdiPWKlz056dPqwYb_XZSbKXTKLfkJbU195KKMQPizWpZkm6fHqIcD4XDaU7702yTR19OTj77N8eu4wBDjPUPx2V-tWJoGardaEGzmSUdgjRoS7DSPCuPrpcvjic_PRmd_jD-8Wz89fOr959ObOt20s9gtyuHOA2QtivfmCaZcNbYhc5GNa_G71AudS-T-J-16qJm7pon16Jm7vo0-4_mxWXNvDVq5i3RzFufZt4qzbx1aObdbMZ6r5ix3hVmrAdD-czH9D-DWH8I8E3HgBR8e_g3",
    log: [],
    tip: -1,
    playhead_ns: 0,
    scene: "my-own",
    node: null,
  },
];
