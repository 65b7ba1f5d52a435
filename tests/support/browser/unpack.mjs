// Unpack Chromium and the libraries that it needs into the folder that TMPDIR names.
//
// The package is made for a service without either, and unpacks its libraries only where it sees
// that service's variables.
process.env.AWS_EXECUTION_ENV = "AWS_Lambda_nodejs20.x";
const { default: chromium } = await import("@sparticuz/chromium");
console.log(await chromium.executablePath());
