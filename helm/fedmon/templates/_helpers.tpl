{{- define "fedmon.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 45 | trimSuffix "-" -}}
{{- end -}}

{{/* 45 characters leave room for -valkey and what a StatefulSet adds, in the 63 of a label. */}}
{{- define "fedmon.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 45 | trimSuffix "-" -}}
{{- else if contains (include "fedmon.name" .) .Release.Name -}}
{{- .Release.Name | trunc 45 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "fedmon.name" .) | trunc 45 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "fedmon.selectorLabels" -}}
app.kubernetes.io/name: {{ include "fedmon.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "fedmon.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{ include "fedmon.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{/* image: { repository, tag, digest }, default: the tag where there is none. */}}
{{- define "fedmon.imageOf" -}}
{{- if .image.digest -}}
{{ .image.repository }}@{{ .image.digest }}
{{- else -}}
{{ .image.repository }}:{{ default .default .image.tag }}
{{- end -}}
{{- end -}}

{{- define "fedmon.clientSecret" -}}
{{- if .Values.clientCertificate.certManager.enabled -}}
{{ include "fedmon.fullname" . }}-client
{{- else -}}
{{ .Values.clientCertificate.existingSecret }}
{{- end -}}
{{- end -}}

{{/* The Deployments of these values: name, component, role, port, replicas, and what a place says of its own. */}}
{{- define "fedmon.roles" -}}
{{- $name := include "fedmon.fullname" . -}}
{{- $home := dict -}}
{{- with .Values.vantages -}}{{- $home = dict "vantage" (first .).name -}}{{- end -}}
{{- $roles := list -}}
{{- if .Values.allInOne -}}
{{- $roles = append $roles (merge (dict "name" $name "component" "all-in-one" "role" "all" "port" 9464 "replicas" 1) $home) -}}
{{- else -}}
{{- range $role, $port := dict "exporter" 9464 "scheduler" 9465 -}}
{{- $own := index $.Values $role -}}
{{- if $own.replicas -}}
{{- $roles = append $roles (merge (dict "name" (printf "%s-%s" $name $role) "component" $role "role" $role "port" $port "replicas" $own.replicas "resources" $own.resources) $home) -}}
{{- end -}}
{{- end -}}
{{- $worker := dict "component" "worker" "role" "worker" "port" 9466 "autoscaled" .Values.worker.autoscaling.enabled -}}
{{- range .Values.vantages -}}
{{- $replicas := ternary .replicas $.Values.worker.replicas (hasKey . "replicas") -}}
{{- if $replicas -}}
{{- $own := dict "name" (printf "%s-worker-%s" $name .name) "vantage" .name "replicas" $replicas "resources" (default $.Values.worker.resources .resources) -}}
{{- $roles = append $roles (merge $own $worker (pick . "nodeSelector" "tolerations" "affinity")) -}}
{{- end -}}
{{- end -}}
{{- if and (not .Values.vantages) .Values.worker.replicas -}}
{{- $own := dict "name" (printf "%s-worker" $name) "replicas" .Values.worker.replicas "resources" .Values.worker.resources -}}
{{- $roles = append $roles (merge $own $worker) -}}
{{- end -}}
{{- end -}}
{{- $roles | toJson -}}
{{- end -}}

{{/* The labels by which one Deployment knows its pods. */}}
{{- define "fedmon.roleLabels" -}}
{{ include "fedmon.selectorLabels" .root }}
app.kubernetes.io/component: {{ .component }}
{{- if and .vantage (eq .component "worker") }}
fedmon/vantage: {{ .vantage }}
{{- end -}}
{{- end -}}
