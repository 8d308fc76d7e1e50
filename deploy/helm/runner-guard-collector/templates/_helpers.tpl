{{- define "collector.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride -}}
{{- else if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 53 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 53 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- /* The first one is what the overlays for runners open their network to. */ -}}
{{- define "collector.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name | quote }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end -}}

{{- define "collector.labels" -}}
{{ include "collector.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service | quote }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name (.Chart.Version | replace "+" "_") | quote }}
{{- end -}}

{{- define "collector.account" -}}
{{- .Values.serviceAccount.name | default (include "collector.fullname" .) -}}
{{- end -}}

{{- /* Helm's toYaml makes nothing at all of some of them, and spaces of others, without a word. */ -}}
{{- define "collector.check" -}}
{{- range $name, $value := .Values -}}
{{- if regexMatch `[\x7f-\x{9f}]` (toJson $value) -}}
{{- fail (printf "%s: holds a control character (U+007F to U+009F)" $name) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "collector.variables" -}}
{{- range . -}}
{{- if regexMatch "^RUNNER_GUARD_(ADMIN|RESPONDER|VIEWER|AGENT)_TOKEN$" .name -}}
{{- fail (printf "extraEnv: %s stands in a Secret, and tokens says under which key" .name) -}}
{{- end -}}
{{- end -}}
{{- toYaml . -}}
{{- end -}}

{{- define "collector.image" -}}
{{- if .image.digest -}}
{{- printf "%s@%s" .image.repository .image.digest -}}
{{- else -}}
{{- printf "%s:%s" .image.repository (.image.tag | default .appVersion) -}}
{{- end -}}
{{- end -}}

{{- /* Of the option's file: the namespaces are those that the chart prepares. */ -}}
{{- define "collector.identity" -}}
{{- $tenants := dict -}}
{{- range $name, $settings := .Values.runnerNamespaces -}}
{{- $_ := set $tenants $name (dig "tenant" "default" $settings) -}}
{{- end -}}
{{- $cluster := dict "issuer" .Values.identity.issuer "audience" .Values.identity.audience "tenants" $tenants -}}
{{- if ne .Values.identity.verify "token-review" -}}
{{- $_ := set $cluster "verify" .Values.identity.verify -}}
{{- end -}}
{{- if ne .Values.identity.jobs "ephemeral-runners" -}}
{{- $_ := set $cluster "jobs" .Values.identity.jobs -}}
{{- end -}}
{{- $identity := dict "kubernetes" (list $cluster) -}}
{{- if .Values.identity.github -}}
{{- $_ := set $identity "github" .Values.identity.github -}}
{{- end -}}
{{- toPrettyJson $identity -}}
{{- end -}}

{{- /* Files by their names, as YAML: what is in them stays a text, whatever it holds. */ -}}
{{- define "collector.files" -}}
{{- $files := dict "identity.json" (include "collector.identity" .) "response.json" (toPrettyJson .Values.response) -}}
{{- if .Values.alerting -}}
{{- $_ := set $files "alerting.json" (toPrettyJson .Values.alerting) -}}
{{- end -}}
{{- if .Values.detection -}}
{{- $_ := set $files "detection.json" (toPrettyJson .Values.detection) -}}
{{- end -}}
Caddyfile: |
  {{- .Files.Get "files/Caddyfile" | trim | nindent 2 }}
{{ toYaml $files }}
{{- end -}}
