{{/* What must hold between values; in a template, because a schema can be skipped and says it less clearly. */}}
{{- define "fedmon.checks" -}}
{{- include "fedmon.checkStore" . -}}
{{- include "fedmon.checkConfig" . -}}
{{- include "fedmon.checkRoles" . -}}
{{- $grace := int .Values.terminationGracePeriodSeconds -}}
{{- $least := int (include "fedmon.graceSeconds" .) -}}
{{- if and $grace (lt $grace $least) -}}
{{- fail (printf "terminationGracePeriodSeconds is %d and must be at least %d, ten seconds more than the longest timeout in config.defaults and config.partners; or set it to 0 to have it computed." $grace $least) -}}
{{- end -}}
{{- end -}}

{{- define "fedmon.checkStore" -}}
{{- $redis := .Values.redis -}}
{{- $stores := list -}}
{{- if $redis.urlKey -}}{{- $stores = append $stores "redis.urlKey" -}}{{- end -}}
{{- if and $redis.url (not $redis.sentinel.hosts) -}}{{- $stores = append $stores "redis.url" -}}{{- end -}}
{{- if $redis.sentinel.hosts -}}{{- $stores = append $stores "redis.sentinel.hosts" -}}{{- end -}}
{{- if .Values.valkey.enabled -}}{{- $stores = append $stores "valkey.enabled" -}}{{- end -}}
{{- if not $stores -}}
{{- fail "fedmon needs a Redis or Valkey: set redis.url (redis://HOST:6379/0), redis.sentinel.hosts, or redis.existingSecret and redis.urlKey to a Secret that holds such a URL; or valkey.enabled=true for one of its own." -}}
{{- end -}}
{{- if gt (len $stores) 1 -}}
{{- fail (printf "Set one store, not several: %s." (join ", " $stores)) -}}
{{- end -}}
{{- if regexMatch "://[^/]*:[^/]*@" $redis.url -}}
{{- fail "redis.url holds a password: put it into a Secret and name that in redis.existingSecret." -}}
{{- end -}}
{{- if and $redis.urlKey (not $redis.existingSecret) -}}
{{- fail "redis.urlKey is the key of a Secret: name the Secret in redis.existingSecret." -}}
{{- end -}}
{{- if and .Values.valkey.enabled $redis.existingSecret -}}
{{- fail "redis.existingSecret has no effect with valkey.enabled: set valkey.existingSecret." -}}
{{- end -}}
{{- $ca := $redis.ca -}}
{{- if and $ca.existingSecret $ca.existingConfigMap -}}
{{- fail "Set either redis.ca.existingSecret or redis.ca.existingConfigMap, not both." -}}
{{- end -}}
{{- if and (or $ca.existingSecret $ca.existingConfigMap) (not $redis.urlKey) (not (hasPrefix "rediss://" $redis.url)) -}}
{{- fail "redis.ca is for TLS: redis.url has to begin with rediss:// (with sentinels too: its host is the name in the certificate)." -}}
{{- end -}}
{{- if and $redis.sentinel.existingSecret (not $redis.sentinel.hosts) -}}
{{- fail "redis.sentinel.existingSecret has no effect without redis.sentinel.hosts." -}}
{{- end -}}
{{- end -}}

{{- define "fedmon.checkConfig" -}}
{{- $config := .Values.config -}}
{{- $elsewhere := dict "redis" "redis" "listen" "listenAddress" "api" "api.existingSecret" -}}
{{- range $key, $value := $elsewhere -}}
{{- if hasKey $config $key -}}
{{- fail (printf "config.%s has no effect in this chart: set %s." $key $value) -}}
{{- end -}}
{{- end -}}
{{- if hasKey $config "vantages" -}}
{{- fail "config.vantages has no effect in this chart: set vantages and quorum." -}}
{{- end -}}
{{- if and .Values.vantages (hasKey $config "vantage") -}}
{{- fail "Set either vantages or config.vantage, not both." -}}
{{- end -}}
{{- $identity := default dict $config.identity -}}
{{- if not $identity.domain -}}
{{- fail "Set config.identity.domain: the SIP domain fedmon speaks for, one of its own, such as mon.example.com." -}}
{{- end -}}
{{- if not $identity.contact -}}
{{- fail "Set config.identity.contact: a web or mail address where a partner's administrator can complain." -}}
{{- end -}}
{{- if not (or $config.partners $config.include) -}}
{{- fail "Set config.partners: a list with at least one partner, such as - domain: contoso.com" -}}
{{- end -}}
{{- $certificate := .Values.clientCertificate -}}
{{- if and $certificate.existingSecret $certificate.certManager.enabled -}}
{{- fail "Set either clientCertificate.existingSecret or clientCertificate.certManager.enabled, not both." -}}
{{- end -}}
{{- if and $certificate.certManager.enabled (not $certificate.certManager.issuerRef.name) -}}
{{- fail "Set clientCertificate.certManager.issuerRef: the issuer, such as { name: corporate, kind: ClusterIssuer }." -}}
{{- end -}}
{{- if and (include "fedmon.clientSecret" .) (or (hasKey $identity "certFile") (hasKey $identity "keyFile")) -}}
{{- fail "Set either clientCertificate or config.identity.certFile and keyFile, not both." -}}
{{- end -}}
{{- end -}}

{{- define "fedmon.checkRoles" -}}
{{- $names := list -}}
{{- range .Values.vantages -}}{{- $names = append $names .name -}}{{- end -}}
{{- if ne (len $names) (len (uniq $names)) -}}
{{- fail (printf "vantages names one place twice: %s." (join ", " $names)) -}}
{{- end -}}
{{- if gt (int .Values.quorum) (len $names) -}}
{{- fail (printf "quorum is %d of %d vantages: set at most as many as there are." (int .Values.quorum) (len $names)) -}}
{{- end -}}
{{- if and .Values.allInOne (gt (len $names) 1) -}}
{{- fail "allInOne is one pod at one place: with several vantages set allInOne=false." -}}
{{- end -}}
{{- if .Values.worker.autoscaling.enabled -}}
{{- if .Values.allInOne -}}
{{- fail "worker.autoscaling has no effect with allInOne: set allInOne=false." -}}
{{- end -}}
{{- if not .Values.serviceMonitor.enabled -}}
{{- fail "worker.autoscaling asks Prometheus how long jobs wait, which the exporter tells: set serviceMonitor.enabled=true." -}}
{{- end -}}
{{- if lt (int .Values.worker.autoscaling.maxReplicas) (int .Values.worker.autoscaling.minReplicas) -}}
{{- fail "worker.autoscaling.maxReplicas is less than minReplicas." -}}
{{- end -}}
{{- end -}}
{{- if not (include "fedmon.roles" . | fromJsonArray) -}}
{{- fail "Nothing would run here: scheduler, worker and exporter have 0 replicas." -}}
{{- end -}}
{{- end -}}
