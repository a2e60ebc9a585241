/**
 * Links as releases of the page made them. Later releases must open them: entries are added, never changed. They name
 * containers by their ids, so that what draws a scene's ids may not draw others for it.
 */
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
    link: "1.nVXLjts2FP0V4q4lRZTHmbF2RpsWWaRJM8lqYAS0SFvsyKQg0pZdw4AXQYugQV_opsEUxSxSBO2gLboyJn38S-BHd_2FgpQfsjNOOzEE2OK9vOfccx8eQo9liksBIXZARUwwCIdbh5xCCIp0mBtLpcEBzXVivZiAEI5JhyFjcVCLZ0qjlIs2OPBxDCHMvnw6nYxnP_81nbycn13-8_vTxcXFdDKeX5wXfiMHcpkl1IRTOddRzBSEJ0MQpMMghIQIcKCZcdo2ryr3YdRwQEi67WcI1MGBUy4MXSqjU5atCHOhWdYi0fYVpmMfHOiQCEKoBmH1IPR9--DQJ-Za2juAEHAt8PDNIw972L8RHFj8THa1jQaUtUg30ajHCSp5Isp6yCI0TKBHLZnlJKMQ-g5QoSCEwK94vodxxatWYOSsabXzTRoWJnu7DPCVGdgEnHIEfHWEYCvChix-TYKdBE3HpJo0k0IfVyNBNHLr6N7d4wf37z58cPuD95ErjTgYuaokmlEXuR-hO_XjDx_eul9_9xY0SlytBoLpjTyKZb23kicIq_46uZNSdke2ws5WccxJY3_RS9K8qeiGK7cEhxBrnW6JeuSHR4aQ7YwhJFxpO1tlGmG1Ag5kLJIZtV55nnusTzppwrxIdnYCFtH2OpieG41MVgkXpyapk2KGvKVqCRGeyn0vdYvRajgn0M5ft7bzkgmvaiGYLlwbjZGznEar3CrY8szOfXEWgutSodDOXEDC2iQa3F63lM66zMjJTK8dml-6mxZll7S8ChJudtkSCGVdgVyKXNc0BxJtLvouLr6Lgbju5eB6l7leXW_KvltBza4aNGXfjhKJNJei6N3t5XqPi_aa7KtPvl5hr_br9OXna3O68Q2McEtSS_OGlvVzI1RB-DDw8KHne8UCugKaCEQozZhSSMdEIyGbkg5QTNSKgY02nYynkx_nv53Pz55MLy8X37xYPHs8O_t19t34_zDBGya12j4qVtx9GhTGPQrslOU6-ZelL8rp75V-Zb-e9PgK6ONY5kjHDBX_e6_G3ypk23-FPf_--eLss8UfX83Pny-ePUbv1O-gv89f7M-5mUU6QSqWeYdEqkR1F_o9LqiF7jEdW2CpY5YhJuga_Mmfs08vrQMyZf7ih-lkvPjplzclzlNk9gyMzDpIZNu2Oi82Y0oyJjSELnaA6EdmDrDv-9up3KAHuFVr3TyqVSKzoPOYaENaD1K76vss-q8Km0nTPC0wEzKIGaFrtMA3n9G_",
    log: [
      {
        id: 0,
        parent: -1,
        at_ns: 1000,
        node: "hostA/d41f9f6893c4",
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
    name: "version 2, a fork",
    link: "2.PY5BDoIwFESvQmb9wf8pEdqd52i6kFLUoEAsiSaEu5sG4lu-eYtZEWEs4vUV8vsUFxCk1Z_w1XCEMW1JX05dJb3uz41WvgLtMiVPGGuFhJmJCfNjvGW5z1QmdVlIXXCh4CgVlU7sHTuyJYn8lRC6yQ_hnc0RzhEWmJIww4jiA8IAs2KcugBz3OrF-xA8N3XbYtt-",
    log: [
      {
        id: 0,
        parent: -1,
        at_ns: 1000,
        node: "hostA/d41f9f6893c4",
        what: {
          type: "exec",
          line: "ping -c 3 172.17.0.3",
        },
      },
      {
        id: 1,
        parent: 0,
        at_ns: 1500000000,
        node: "hostA/d41f9f6893c4",
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
          line: "docker ps",
        },
      },
    ],
    tip: 2,
    playhead_ns: 1300000000,
    scene: "same-host",
    node: "hostA/f1cceec087bb",
  },
  {
    name: "version 1, a fork on two hosts",
    link: "1.zVbPb-NEFP5XRu88dmecpi3DKelGqELQ0h-nKlpN7Eli6o4texK3RJH2sEKAEEiIy64WiZU4cIKFC4Xdv2bVdrntv4Bmxo7tNunCCiGiSEk8733vfd-8-SYzmIo0C2MJjGLIfCEFsFnjYRgAAz-Ns8wZx5kCDCpUkQkTEhgc5jHSCxlGMkZpPFECMHwyBgaXFz9cff3s8uL59ZM_Xr_48vrXp9dPPv_zt59fffsLzDHkcRoFGifLQ-WPRQbseAaSnwpgEHEJGAZpGIz0zywnMO9jkHHQjNOlO4DhJJS60SD2T0RadhpKJdIh95spQo0JYDjlPjBoe6y9zggxb8oI12nJdB0Y0Hc8l25sudSlZM1bN_UNP40GgRjySaTQNOSoFokCMUWmQl8D3R_Gac7TABjBEMgMGHik5RKX0pbbbsEcN5h0_0Umg6VM6H_AZJRXNEyZ9O0Y0KUMDAFcR6DLEbwGQtXsbQluENRTnyg-iKw-jkKSK-R00N7uweH-7tHhzofvISfW4lDkZDXR9Jwg52P0Qefgo6PefudeD_q1Xo0GUqhKnkyk07eSx2NtsiB3XGO3ZWYVNzZHP-mv3vSaNHdtuu41NA3OYKxU0hB1i7At3ZCZjBlEYaaMPdTbYO0WYEiFH6eBicrz3BVn_DSJhOvHpzcALdrKAD1z87lmFYXyRJM6tm7gFqpFXLpZTtzEsSbRxzaguzygawJG-e3VUV5bouVmSaFsaL8_x8VxNdKWllSCQiRG3D_fWYyUSidCyykCYF5Lf1OTxG57HNRNLQq1HxfYKJ1I5ATIcfRwIDkK5ZlD7ac9EFVy928le2VyHwP3VRhLO3xNg98L5WhR7eWn35TJC5d__tViOaliPW3xRUvFctWUiXN81EJ003Pppktdz3BoljY6MMTttYKUvWm6Lx88ypAfS8VDqTUvGjHRr188vvri-8uLB9ffPb367JlNQFc__X716MdXjx9Wt89yqcOkqMWDoOrNHOsb9kjfRaVJIGcH3dvdfr-37xwd9Pa1zkUqccka3dCO0Nne7u0d1nMKV9lpukp2M3Ul1gq9urf06tyhV3eZXp036NW9Wy-yVC_yP9TLjLZlrAe75LYYa7uUlFHd1XNTG-jaiJiTZQ-g-aNjkxg4ziBMqj6pdWxb4sZqeeHNMUTxyBzP0NpxwlMhFTCHYuDqvj67lBDS7HBtk7eHw0FrayA2AsCQj7nSnajzxNwvZ8K_41QSV3sstiVpVZJUFdukeP2jusZA00miKnhvKby3HP5NTArTSzIwF4QKE1sg4udjwQOL3Sqx538B",
    log: [
      {
        id: 0,
        parent: -1,
        at_ns: 1000,
        node: "hostA/7a5ffb38be6d",
        what: {
          type: "exec",
          line: "ping -c 3 172.17.0.3",
        },
      },
      {
        id: 1,
        parent: 0,
        at_ns: 1500000000,
        node: "hostA/7a5ffb38be6d",
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
          line: "docker ps",
        },
      },
    ],
    tip: 2,
    playhead_ns: 1300000000,
    scene: "cross-host",
    node: null,
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
