import { atLeast, between, exactly, literal, type Shape } from "../shape.ts";

const STORAGE =
  "https://learn.microsoft.com/azure/storage/common/storage-configure-connection-string";
/** Letters at fixed places, so that scanners find them. */
const IDENTIFIABLE =
  "https://learn.microsoft.com/purview/sit-defn-azure-storage-account-key-generic";
const COMMON_ANNOTATED = "https://github.com/microsoft/security-utilities/blob/main/docs/CASK.md";

export const CLOUD_AZURE: readonly Shape[] = [
  {
    kind: "token",
    id: "azure-storage-account-key",
    name: "Azure storage account key",
    source: STORAGE,
    anchors: ["AccountKey=", "accountkey=", "AccountKey%3D"],
    shown: [],
    parts: [atLeast(86, "percentBase64")],
  },
  {
    kind: "token",
    id: "azure-identifiable-long-key",
    name: "Azure storage, Cosmos DB or Batch key",
    source: IDENTIFIABLE,
    anchors: ["+ASt", "ACDb", "+ABa"],
    before: [exactly(76, "base64")],
    parts: [exactly(6, "base64"), literal("==")],
    end: "base64",
  },
  {
    kind: "token",
    id: "azure-identifiable-key",
    name: "Azure Service Bus, Event Hubs, Relay, IoT or cache key",
    source: IDENTIFIABLE,
    anchors: ["+ASb", "+AEh", "+ARm", "AIoT", "AzCa"],
    before: [exactly(33, "base64")],
    parts: [exactly(6, "base64"), literal("=")],
    end: "base64",
  },
  {
    kind: "token",
    id: "azure-container-registry-key",
    name: "Azure Container Registry key",
    source: IDENTIFIABLE,
    anchors: ["+ACR"],
    before: [exactly(42, "base64")],
    parts: [exactly(6, "base64")],
  },
  {
    kind: "token",
    id: "azure-search-key",
    name: "Azure AI Search key",
    source: IDENTIFIABLE,
    anchors: ["AzSe"],
    before: [exactly(42, "alphanumeric")],
    parts: [exactly(6, "alphanumeric")],
  },
  {
    kind: "token",
    id: "azure-function-key",
    name: "Azure Functions key",
    source: IDENTIFIABLE,
    anchors: ["AzFu"],
    before: [exactly(44, "base64url")],
    parts: [exactly(6, "base64url"), literal("==")],
    end: "base64url",
  },
  {
    kind: "token",
    id: "azure-shared-access-key",
    name: "Azure shared access key",
    source:
      "https://learn.microsoft.com/azure/service-bus-messaging/service-bus-sas#shared-access-policies",
    anchors: ["SharedAccessKey="],
    shown: [],
    parts: [exactly(43, "percentBase64")],
  },
  {
    kind: "token",
    id: "azure-shared-access-signature",
    name: "Azure shared access signature",
    source: "https://learn.microsoft.com/rest/api/storageservices/create-account-sas",
    anchors: ["sig="],
    notAfter: "word",
    shown: [],
    parts: [atLeast(43, "percentBase64")],
    examples: [[exactly(43, "base64"), literal("%3D")]],
  },
  {
    kind: "token",
    id: "azure-client-secret",
    name: "Microsoft Entra client secret",
    source: "https://learn.microsoft.com/purview/sit-defn-azure-ad-client-secret",
    anchors: ["7Q~", "8Q~"],
    before: [exactly(3, "dottedBase64url")],
    parts: [atLeast(31, "token68")],
    end: "token68",
    examples: [[between(31, 34, "base64url")]],
  },
  {
    kind: "token",
    id: "azure-devops-personal-access-token",
    name: "Azure DevOps personal access token",
    source:
      "https://learn.microsoft.com/azure/devops/organizations/accounts/use-personal-access-tokens-to-authenticate#changes-to-format",
    anchors: ["JQQJ99"],
    before: [exactly(52, "alphanumeric")],
    parts: [exactly(18, "alphanumeric"), literal("AZDO"), exactly(4, "alphanumeric")],
  },
  {
    kind: "token",
    id: "azure-annotated-key",
    name: "Azure common annotated security key",
    source: COMMON_ANNOTATED,
    anchors: ["JQQJ99"],
    before: [exactly(52, "alphanumeric")],
    parts: [exactly(18, "alphanumeric"), exactly(8, "alphanumeric")],
  },
  {
    kind: "named",
    id: "azure-devops-legacy-token",
    name: "Azure DevOps personal access token (before 2025)",
    source:
      "https://learn.microsoft.com/azure/devops/organizations/accounts/use-personal-access-tokens-to-authenticate",
    anchors: ["azure_devops", "azure-devops", "ado_pat", "azdo_p", "vss_nuget", "vsts_"],
    parts: [exactly(52, "lowerAlphanumeric")],
    end: "exact",
  },
  {
    kind: "named",
    id: "azure-subscription-key",
    name: "Azure API Management or AI services subscription key",
    source: "https://learn.microsoft.com/azure/ai-services/authentication",
    anchors: ["ocp-apim-subscription-key"],
    parts: [exactly(32, "lowerHex")],
    end: "exact",
  },
];
