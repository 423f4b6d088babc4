{{- define "fedmon.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "fedmon.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- else if contains (include "fedmon.name" .) .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "fedmon.name" .) | trunc 63 | trimSuffix "-" -}}
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

{{- define "fedmon.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ default .Chart.AppVersion .Values.image.tag }}
{{- end -}}
{{- end -}}

{{- define "fedmon.redisSecret" -}}
{{- if .Values.redis.existingSecret -}}
{{ .Values.redis.existingSecret }}
{{- else -}}
{{ include "fedmon.fullname" . }}-redis
{{- end -}}
{{- end -}}

{{/* What must hold between values; in a template, because a schema can be skipped and says it less clearly. */}}
{{- define "fedmon.checks" -}}
{{- if not (or .Values.redis.url .Values.redis.existingSecret) -}}
{{- fail "fedmon needs a Redis: set redis.url (redis://host:6379/0), or redis.existingSecret to the name of a Secret that holds such a URL." -}}
{{- end -}}
{{- if and .Values.redis.url .Values.redis.existingSecret -}}
{{- fail "Set either redis.url or redis.existingSecret, not both." -}}
{{- end -}}
{{- $redis := default dict .Values.config.redis -}}
{{- if hasKey $redis "url" -}}
{{- fail "config.redis.url has no effect in this chart: set redis.url or redis.existingSecret." -}}
{{- end -}}
{{- $identity := default dict .Values.config.identity -}}
{{- if not $identity.domain -}}
{{- fail "Set config.identity.domain: the SIP domain fedmon speaks for, one of its own, such as mon.example.com." -}}
{{- end -}}
{{- if not $identity.contact -}}
{{- fail "Set config.identity.contact: a web or mail address where a partner's administrator can complain." -}}
{{- end -}}
{{- if not (or .Values.config.partners .Values.config.include) -}}
{{- fail "Set config.partners: a list with at least one partner, such as - domain: contoso.com" -}}
{{- end -}}
{{- $grace := int .Values.terminationGracePeriodSeconds -}}
{{- $least := int (include "fedmon.graceSeconds" .) -}}
{{- if and $grace (lt $grace $least) -}}
{{- fail (printf "terminationGracePeriodSeconds is %d and must be at least %d, ten seconds more than the longest timeout in config.defaults and config.partners; or set it to 0 to have it computed." $grace $least) -}}
{{- end -}}
{{- if and .Values.clientCertificate.existingSecret (or (hasKey $identity "certFile") (hasKey $identity "keyFile")) -}}
{{- fail "Set either clientCertificate.existingSecret or config.identity.certFile and keyFile, not both." -}}
{{- end -}}
{{- end -}}

{{/* Whole seconds of a duration such as 500ms, 30s, 5m or 1h, rounded up. */}}
{{- define "fedmon.seconds" -}}
{{- if not (regexMatch "^[0-9]{1,7}(ms|s|m|h)$" (toString .text)) -}}
{{- fail (printf "%s is %v, which is not a duration: expected one such as 500ms, 30s or 5m." .name .text) -}}
{{- end -}}
{{- $number := regexFind "^[0-9]+" .text | atoi -}}
{{- $unit := regexFind "[a-z]+$" .text -}}
{{- if eq $unit "ms" -}}{{- div (add $number 999) 1000 -}}
{{- else if eq $unit "s" -}}{{- $number -}}
{{- else if eq $unit "m" -}}{{- mul $number 60 -}}
{{- else -}}{{- mul $number 3600 -}}
{{- end -}}
{{- end -}}

{{/* The longest examination in seconds: fedmon's own default is 30s. Partners in included files are not seen here. */}}
{{- define "fedmon.longestSeconds" -}}
{{- $defaults := default dict .Values.config.defaults -}}
{{- $longest := include "fedmon.seconds" (dict "name" "config.defaults.timeout" "text" (default "30s" $defaults.timeout)) | int -}}
{{- range $partner := default list .Values.config.partners -}}
{{- with $partner.timeout -}}
{{- $name := printf "The timeout of %s in config.partners" $partner.domain -}}
{{- $longest = max $longest (include "fedmon.seconds" (dict "name" $name "text" .) | int) | int -}}
{{- end -}}
{{- end -}}
{{- $longest -}}
{{- end -}}

{{/* What the longest examination needs to end when the pod is stopped, and ten seconds for the rest of the process. */}}
{{- define "fedmon.graceSeconds" -}}
{{- add (include "fedmon.longestSeconds" . | int) 10 -}}
{{- end -}}

{{/* Ports of the resolvers: 53, which the cluster's own resolver has, and what config.dns.servers names. */}}
{{- define "fedmon.dnsPorts" -}}
{{- $ports := list 53 -}}
{{- $dns := default dict .Values.config.dns -}}
{{- range default list $dns.servers -}}
{{- $server := toString . -}}
{{- if regexMatch "^([^:]+|\\[[^]]+\\]):[0-9]{1,5}$" $server -}}
{{- $ports = append $ports (regexFind "[0-9]+$" $server | atoi) -}}
{{- end -}}
{{- end -}}
{{- uniq $ports | toJson -}}
{{- end -}}

{{/* fedmon.yaml: the values, and what only the chart can know. */}}
{{- define "fedmon.config" -}}
{{- $config := deepCopy .Values.config -}}
{{- $config = mustMergeOverwrite $config (dict "listen" (dict "exporter" "0.0.0.0:9464")) -}}
{{- if .Values.clientCertificate.existingSecret -}}
{{- $files := dict "certFile" "/etc/fedmon/client/tls.crt" "keyFile" "/etc/fedmon/client/tls.key" -}}
{{- $config = mustMergeOverwrite $config (dict "identity" $files) -}}
{{- end -}}
{{- toYaml $config -}}
{{- end -}}
