/**
 * What a manifest of each kind may say. Compiled, and never run: whatever the types do not know is a slip, which an API server drops without a
 * word.
 */
import type {
  ValidatingAdmissionPolicy,
  ValidatingAdmissionPolicyBinding,
} from "kubernetes-types/admissionregistration/v1.d.ts";
import type { Deployment } from "kubernetes-types/apps/v1.d.ts";
import type { Job } from "kubernetes-types/batch/v1.d.ts";
import type {
  ConfigMap,
  Namespace,
  PersistentVolumeClaim,
  Pod,
  PodSpec,
  PodTemplateSpec,
  Service,
  ServiceAccount,
} from "kubernetes-types/core/v1.d.ts";
import type { ObjectMeta } from "kubernetes-types/meta/v1.d.ts";
import type { NetworkPolicy } from "kubernetes-types/networking/v1.d.ts";
import type { PodDisruptionBudget } from "kubernetes-types/policy/v1.d.ts";
import type {
  ClusterRole,
  ClusterRoleBinding,
  Role,
  RoleBinding,
} from "kubernetes-types/rbac/v1.d.ts";

declare module "kubernetes-types/admissionregistration/v1.d.ts" {
  /** The API has this member, which the package has lost. */
  interface NamedRuleWithOperations {
    resources?: string[];
  }
}

/** Members of actions-runner-controller's CRD that are in use here, by charts/gha-runner-scale-set-controller/crds. */
interface AutoscalingRunnerSet {
  apiVersion: "actions.github.com/v1alpha1";
  kind: "AutoscalingRunnerSet";
  metadata: ObjectMeta;
  spec: {
    githubConfigUrl: string;
    githubConfigSecret: string;
    runnerScaleSetName?: string;
    runnerGroup?: string;
    minRunners?: number;
    maxRunners?: number;
    template: PodTemplateSpec;
  };
}

/** Of actions-runner-controller's chart gha-runner-scale-set. */
interface RunnerSetValues {
  githubConfigUrl: string;
  githubConfigSecret: string;
  runnerScaleSetName: string;
  minRunners: number;
  maxRunners: number;
  template: PodTemplateSpec;
}

/** Members of the Prometheus operator's CRD that are in use here. */
interface ServiceMonitor {
  apiVersion: "monitoring.coreos.com/v1";
  kind: "ServiceMonitor";
  metadata: ObjectMeta;
  spec: {
    selector: { matchLabels: Record<string, string> };
    endpoints: {
      port: string;
      scheme: "http" | "https";
      path: string;
      interval: string;
      authorization: { type?: string; credentials: { name: string; key: string } };
      tlsConfig: { serverName: string; ca: { configMap: { name: string; key: string } } };
    }[];
  };
}

export interface ManifestKinds {
  AutoscalingRunnerSet: AutoscalingRunnerSet;
  ClusterRole: ClusterRole;
  ClusterRoleBinding: ClusterRoleBinding;
  ConfigMap: ConfigMap;
  Deployment: Deployment;
  Job: Job;
  Namespace: Namespace;
  NetworkPolicy: NetworkPolicy;
  PersistentVolumeClaim: PersistentVolumeClaim;
  Pod: Pod;
  PodDisruptionBudget: PodDisruptionBudget;
  PodSpec: PodSpec;
  PodTemplateSpec: PodTemplateSpec;
  Role: Role;
  RoleBinding: RoleBinding;
  RunnerSetValues: RunnerSetValues;
  Service: Service;
  ServiceAccount: ServiceAccount;
  ServiceMonitor: ServiceMonitor;
  ValidatingAdmissionPolicy: ValidatingAdmissionPolicy;
  ValidatingAdmissionPolicyBinding: ValidatingAdmissionPolicyBinding;
}
