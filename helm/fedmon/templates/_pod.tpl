{{/* What every container of ours has beside its arguments: environment, mounts, rights. */}}
{{- define "fedmon.container" -}}
image: {{ include "fedmon.imageOf" (dict "image" .root.Values.image "default" .root.Chart.AppVersion) | quote }}
imagePullPolicy: {{ .root.Values.image.pullPolicy }}
env:
  # For commands typed in the pod: they read the same config as the service.
  - { name: FEDMON_CONFIG, value: /etc/fedmon/fedmon.yaml }
  {{- with .vantage }}
  - { name: FEDMON_VANTAGE, value: {{ . | quote }} }
  {{- end }}
  {{- if .root.Values.redis.urlKey }}
  - name: FEDMON_REDIS_URL
    valueFrom:
      secretKeyRef: { name: {{ .root.Values.redis.existingSecret }}, key: {{ .root.Values.redis.urlKey }} }
  {{- end }}
{{- with default .root.Values.resources .resources }}
resources: {{- toYaml . | nindent 2 }}
{{- end }}
securityContext: {{- include "fedmon.containerSecurity" . | nindent 2 }}
volumeMounts:
  # Whole folders: a file mounted by subPath would never change.
  - { name: config, mountPath: /etc/fedmon, readOnly: true }
  - { name: tmp, mountPath: /tmp }
  {{- range include "fedmon.secretVolumes" .root | fromJsonArray }}
  - { name: {{ .name }}, mountPath: /run/fedmon/{{ .name }}, readOnly: true }
  {{- end }}
  {{- with .root.Values.extraVolumeMounts }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end -}}

{{- define "fedmon.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end -}}

{{/* What a pod of the user `user` may do: what the restricted Pod Security Standard asks for, and no token. */}}
{{- define "fedmon.podSecurity" -}}
automountServiceAccountToken: false
# Otherwise the cluster adds FEDMON_… variables for the Service, in the namespace of our own settings.
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: {{ .user }}
  runAsGroup: {{ .user }}
  fsGroup: {{ .user }}
  seccompProfile: { type: RuntimeDefault }
{{- end -}}

{{/* Secrets and certificates, each a folder under /run/fedmon: what is renewed in them is seen there. */}}
{{- define "fedmon.secretVolumes" -}}
{{- $volumes := list -}}
{{- $redis := .Values.redis -}}
{{- if .Values.valkey.existingSecret -}}
{{- $volumes = append $volumes (dict "name" "redis" "secret" .Values.valkey.existingSecret "items" (dict .Values.valkey.passwordKey "password")) -}}
{{- else if and $redis.existingSecret (not $redis.urlKey) -}}
{{- $volumes = append $volumes (dict "name" "redis" "secret" $redis.existingSecret "items" (dict $redis.passwordKey "password")) -}}
{{- end -}}
{{- if or $redis.ca.existingSecret $redis.ca.existingConfigMap -}}
{{- $volumes = append $volumes (dict "name" "redis-ca" "secret" $redis.ca.existingSecret "configMap" $redis.ca.existingConfigMap "items" (dict $redis.ca.key "ca.crt")) -}}
{{- end -}}
{{- with $redis.sentinel.existingSecret -}}
{{- $volumes = append $volumes (dict "name" "sentinel" "secret" . "items" (dict $redis.sentinel.passwordKey "password")) -}}
{{- end -}}
{{- with include "fedmon.clientSecret" . -}}
{{- $volumes = append $volumes (dict "name" "client" "secret" . "items" (dict "tls.crt" "tls.crt" "tls.key" "tls.key")) -}}
{{- end -}}
{{- with .Values.api.existingSecret -}}
{{- $volumes = append $volumes (dict "name" "api" "secret" . "items" (dict $.Values.api.tokenKey "token")) -}}
{{- end -}}
{{- $volumes | toJson -}}
{{- end -}}

{{- define "fedmon.volumes" -}}
- name: config
  configMap: { name: {{ include "fedmon.fullname" . }} }
- name: tmp
  emptyDir: {}
{{- range include "fedmon.secretVolumes" . | fromJsonArray }}
- name: {{ .name }}
  {{- if .configMap }}
  configMap:
    name: {{ .configMap }}
  {{- else }}
  secret:
    secretName: {{ .secret }}
    defaultMode: 0440
  {{- end }}
    items:
      {{- range $key, $path := .items }}
      - { key: {{ $key | quote }}, path: {{ $path }} }
      {{- end }}
{{- end }}
{{- with .Values.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* Where the pods of one Deployment stand; what a vantage says goes before what is said for all. */}}
{{- define "fedmon.placement" -}}
{{- with .root.Values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with default .root.Values.nodeSelector .nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with default .root.Values.tolerations .tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with default .root.Values.affinity .affinity }}
affinity: {{- toYaml . | nindent 2 }}
{{- end }}
{{- if and .root.Values.topologySpread.enabled (ne .component "test") }}
topologySpreadConstraints:
  {{- range $key := list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
  - topologyKey: {{ $key }}
    maxSkew: 1
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels: {{- include "fedmon.roleLabels" $ | nindent 8 }}
  {{- end }}
{{- end }}
{{- end -}}
