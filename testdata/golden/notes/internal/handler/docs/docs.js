// The page's policy allows no inline script, so what starts Swagger UI is a file.
SwaggerUIBundle({
  url: "/openapi.yaml",
  dom_id: "#docs",
  deepLinking: true,
  validatorUrl: null,
});
