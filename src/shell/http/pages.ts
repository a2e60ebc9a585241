/** The pages that nginx has ready. */

/** When the package's page was written, in seconds since 1970. */
export const INDEX_MODIFIED_S = 0x6b00_eb2a;

/** What a freshly installed nginx shows: 615 bytes. */
export const INDEX_PAGE = `<!DOCTYPE html>
<html>
<head>
<title>Welcome to nginx!</title>
<style>
html { color-scheme: light dark; }
body { width: 35em; margin: 0 auto;
font-family: Tahoma, Verdana, Arial, sans-serif; }
</style>
</head>
<body>
<h1>Welcome to nginx!</h1>
<p>If you see this page, the nginx web server is successfully installed and
working. Further configuration is required.</p>

<p>For online documentation and support please refer to
<a href="http://nginx.org/">nginx.org</a>.<br/>
Commercial support is available at
<a href="http://nginx.com/">nginx.com</a>.</p>

<p><em>Thank you for using nginx.</em></p>
</body>
</html>
`;

/** ngx_http_special_response. @param status "404 Not Found" */
export function errorPage(status: string, server: string): string {
  const lines = [
    "<html>",
    `<head><title>${status}</title></head>`,
    "<body>",
    `<center><h1>${status}</h1></center>`,
    `<hr><center>${server}</center>`,
    "</body>",
    "</html>",
  ];
  return lines.map((line) => `${line}\r\n`).join("");
}
