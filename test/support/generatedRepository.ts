/** The files of a repository of so many applications, each with a base and an overlay in every environment. */
export function generatedRepository(
  applications: number,
  environments: readonly string[] = ['dev', 'staging', 'prod'],
): Record<string, string> {
  const files: Record<string, string> = {};
  for (let number = 1; number <= applications; number += 1) {
    const name = `app-${String(number).padStart(4, '0')}`;
    files[`apps/${name}/base/kustomization.yaml`] = kustomization('resources:\n  - deployment.yaml\n  - service.yaml\n');
    files[`apps/${name}/base/deployment.yaml`] = deployment(name);
    files[`apps/${name}/base/service.yaml`] = service(name);
    for (const [order, environment] of environments.entries()) {
      const tag = `v1.${String(number % 40)}.${String(9 - order)}`;
      files[`apps/${name}/${environment}/kustomization.yaml`] = kustomization(
        `resources:\n  - ../base\nnamespace: ${environment}\nimages:\n  - name: registry.example/acme/${name}\n    newTag: ${tag}\n`,
      );
    }
  }
  return files;
}

export function kustomization(rest: string): string {
  return `apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n${rest}`;
}

function deployment(name: string): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
spec:
  selector:
    matchLabels:
      app: ${name}
  template:
    metadata:
      labels:
        app: ${name}
    spec:
      containers:
        - name: ${name}
          image: registry.example/acme/${name}:latest
          ports:
            - containerPort: 8080
`;
}

function service(name: string): string {
  return `apiVersion: v1
kind: Service
metadata:
  name: ${name}
spec:
  selector:
    app: ${name}
  ports:
    - port: 80
      targetPort: 8080
`;
}
