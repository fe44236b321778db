/* SPDX-License-Identifier: MIT */
/* Owns the tests of what a PDU says: services, sub-functions, identifiers, negative responses. */
#include "support.h"

#include "protocol/uds.h"

#include <ctype.h>

enum { DATA_MAX = 64, WORDS_MAX = 256 };

static size_t append(char *words, size_t used, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static size_t append(char *words, size_t used, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	used += (size_t)vsnprintf(words + used, WORDS_MAX - used, format, args);
	va_end(args);
	assert_true(used < WORDS_MAX);
	return used;
}

static const char *or_dash(const char *name)
{
	return name ? name : "-";
}

/* All that was decoded in words, "-" where a name is NULL; a failure begins with "no". */
static const char *words_of(const uint8_t *data, size_t len)
{
	static const char *const kinds[] = { "none", "request", "response", "negative" };
	static char words[WORDS_MAX];
	struct isotp_uds u;
	const bool known = isotp_uds_decode(&u, data, len);
	size_t n = append(words, 0, "%s%s %02X", known ? "" : "no ", kinds[u.kind], u.sid);

	if (known || u.service)
		n = append(words, n, " %s", or_dash(u.service));
	if (u.nrc || u.nrc_name)
		n = append(words, n, " nrc %02X %s", u.nrc, or_dash(u.nrc_name));
	if (u.has_sub || u.sub || u.sub_name)
		n = append(words, n, " sub %02X %s", u.sub, or_dash(u.sub_name));
	if (u.suppress)
		n = append(words, n, " suppress");
	if (u.level)
		n = append(words, n, " level %02X", u.level);
	if (u.has_id || u.id_size || u.id_name)
		n = append(words, n, " id %0*X %s", 2 * u.id_size, u.id, or_dash(u.id_name));
	if (u.echo)
		append(words, n, " echo %d", u.echo);
	return words;
}

static void check(const char *hex, const char *want)
{
	uint8_t data[DATA_MAX];
	const long len = hex_parse(hex, data, sizeof(data));

	assert_true(len >= 0);
	if (strcmp(words_of(data, (size_t)len), want) != 0)
		fail_at(HERE, "%s: \"%s\" instead of \"%s\"", hex, words_of(data, (size_t)len),
			want);
}

struct decoded {
	const char *hex, *want;
};

/* Every service of ISO 14229-1, its request and its positive response. */
static const struct decoded services[] = {
	{ "10 03", "request 10 DiagnosticSessionControl sub 03 extendedDiagnosticSession echo 1" },
	{ "50 03 00 32 01 F4",
	  "response 10 DiagnosticSessionControl sub 03 extendedDiagnosticSession echo 1" },
	{ "11 81", "request 11 ECUReset sub 01 hardReset suppress echo 1" },
	{ "51 04 0A", "response 11 ECUReset sub 04 enableRapidPowerShutDown echo 1" },
	{ "14 FF FF FF", "request 14 ClearDiagnosticInformation" },
	{ "54", "response 14 ClearDiagnosticInformation" },
	{ "19 02 FF", "request 19 ReadDTCInformation sub 02 reportDTCByStatusMask echo 1" },
	{ "59 02 FF 12 34 56 08",
	  "response 19 ReadDTCInformation sub 02 reportDTCByStatusMask echo 1" },
	{ "22 F1 90", "request 22 ReadDataByIdentifier id F190 VINDataIdentifier echo 2" },
	{ "62 F1 90 57 42", "response 22 ReadDataByIdentifier id F190 VINDataIdentifier echo 2" },
	{ "22 F1 8C F1 90",
	  "request 22 ReadDataByIdentifier id F18C ECUSerialNumberDataIdentifier" },
	{ "23 44 20 00 00 00 00 00 01 00", "request 23 ReadMemoryByAddress" },
	{ "63 01 02 03", "response 23 ReadMemoryByAddress" },
	{ "24 01 05", "request 24 ReadScalingDataByIdentifier id 0105 - echo 2" },
	{ "64 01 05 01", "response 24 ReadScalingDataByIdentifier id 0105 - echo 2" },
	{ "27 11", "request 27 SecurityAccess sub 11 requestSeed level 11 echo 1" },
	{ "67 11 DE AD", "response 27 SecurityAccess sub 11 requestSeed level 11 echo 1" },
	{ "27 12 BE EF", "request 27 SecurityAccess sub 12 sendKey level 11 echo 1" },
	{ "67 12", "response 27 SecurityAccess sub 12 sendKey level 11 echo 1" },
	{ "28 03 01", "request 28 CommunicationControl sub 03 disableRxAndTx echo 1" },
	{ "68 03", "response 28 CommunicationControl sub 03 disableRxAndTx echo 1" },
	{ "29 08", "request 29 Authentication sub 08 authenticationConfiguration echo 1" },
	{ "69 00 10", "response 29 Authentication sub 00 deAuthenticate echo 1" },
	{ "2A 01 E3", "request 2A ReadDataByPeriodicIdentifier" },
	{ "6A", "response 2A ReadDataByPeriodicIdentifier" },
	{ "2C 01 F3 01 12 34 01 02",
	  "request 2C DynamicallyDefineDataIdentifier sub 01 defineByIdentifier id F301 "
	  "DynamicallyDefinedDataIdentifier echo 3" },
	{ "6C 01 F3 01",
	  "response 2C DynamicallyDefineDataIdentifier sub 01 defineByIdentifier id F301 "
	  "DynamicallyDefinedDataIdentifier echo 3" },
	{ "2C 03", "request 2C DynamicallyDefineDataIdentifier sub 03 "
		   "clearDynamicallyDefinedDataIdentifier echo 1" },
	{ "2E F1 99 20 26 01 01",
	  "request 2E WriteDataByIdentifier id F199 programmingDateDataIdentifier echo 2" },
	{ "6E F1 99",
	  "response 2E WriteDataByIdentifier id F199 programmingDateDataIdentifier echo 2" },
	{ "2F 9B 00 03 3C", "request 2F InputOutputControlByIdentifier id 9B00 - echo 2" },
	{ "6F 9B 00 03 0C", "response 2F InputOutputControlByIdentifier id 9B00 - echo 2" },
	{ "31 01 FF 00 44",
	  "request 31 RoutineControl sub 01 startRoutine id FF00 eraseMemory echo 3" },
	{ "71 03 FF 01 00", "response 31 RoutineControl sub 03 requestRoutineResults id FF01 "
			    "checkProgrammingDependencies echo 3" },
	{ "34 00 44 00 00 80 00 00 00 10 00", "request 34 RequestDownload" },
	{ "74 20 0F FF", "response 34 RequestDownload" },
	{ "35 00 11 00 10", "request 35 RequestUpload" },
	{ "75 20 0F FF", "response 35 RequestUpload" },
	{ "36 01 AA BB", "request 36 TransferData echo 1" },
	{ "76 01", "response 36 TransferData echo 1" },
	{ "37", "request 37 RequestTransferExit" },
	{ "77", "response 37 RequestTransferExit" },
	{ "38 04 00 01 41", "request 38 RequestFileTransfer echo 1" },
	{ "78 04 02 0F FF", "response 38 RequestFileTransfer echo 1" },
	{ "3D 12 20 48 02 00 8C", "request 3D WriteMemoryByAddress echo 1" },
	{ "7D 12 20 48 02", "response 3D WriteMemoryByAddress echo 1" },
	{ "3E 80", "request 3E TesterPresent sub 00 zeroSubFunction suppress echo 1" },
	{ "7E 00", "response 3E TesterPresent sub 00 zeroSubFunction echo 1" },
	{ "83 03",
	  "request 83 AccessTimingParameter sub 03 readCurrentlyActiveTimingParameters echo 1" },
	{ "C3 03",
	  "response 83 AccessTimingParameter sub 03 readCurrentlyActiveTimingParameters echo 1" },
	{ "84 00 00", "request 84 SecuredDataTransmission" },
	{ "C4 00 00", "response 84 SecuredDataTransmission" },
	{ "85 02", "request 85 ControlDTCSetting sub 02 off echo 1" },
	{ "C5 02", "response 85 ControlDTCSetting sub 02 off echo 1" },
	{ "86 45 02", "request 86 ResponseOnEvent sub 45 startResponseOnEvent echo 1" },
	{ "C6 45 00 02", "response 86 ResponseOnEvent sub 45 startResponseOnEvent echo 1" },
	{ "87 01 13",
	  "request 87 LinkControl sub 01 verifyModeTransitionWithFixedParameter echo 1" },
	{ "C7 01", "response 87 LinkControl sub 01 verifyModeTransitionWithFixedParameter echo 1" },
};

/* Every service of ISO 15031-5, likewise. */
static const struct decoded obd_services[] = {
	{ "01 0C", "request 01 RequestCurrentPowertrainDiagnosticData id 0C EngineRPM echo 1" },
	{ "41 0C 1A F8",
	  "response 01 RequestCurrentPowertrainDiagnosticData id 0C EngineRPM echo 1" },
	{ "01 0C 0D", "request 01 RequestCurrentPowertrainDiagnosticData id 0C EngineRPM" },
	{ "02 0D 00", "request 02 RequestPowertrainFreezeFrameData id 0D VehicleSpeed echo 2" },
	{ "42 0D 00 3C", "response 02 RequestPowertrainFreezeFrameData id 0D VehicleSpeed echo 2" },
	{ "03", "request 03 RequestEmissionRelatedDTCs" },
	{ "43 01 01 43", "response 03 RequestEmissionRelatedDTCs" },
	{ "04", "request 04 ClearEmissionRelatedDiagnosticInformation" },
	{ "44", "response 04 ClearEmissionRelatedDiagnosticInformation" },
	{ "05 01 01", "request 05 RequestOxygenSensorMonitoringTestResults" },
	{ "45 01 01 5A", "response 05 RequestOxygenSensorMonitoringTestResults" },
	{ "06 21", "request 06 RequestOnBoardMonitoringTestResults id 21 - echo 1" },
	{ "46 21 87 2F", "response 06 RequestOnBoardMonitoringTestResults id 21 - echo 1" },
	{ "07", "request 07 RequestPendingEmissionRelatedDTCs" },
	{ "47 00", "response 07 RequestPendingEmissionRelatedDTCs" },
	{ "08 01 00 00", "request 08 RequestControlOfOnBoardSystemTestOrComponent id 01 - echo 1" },
	{ "48 01 00", "response 08 RequestControlOfOnBoardSystemTestOrComponent id 01 - echo 1" },
	{ "09 02", "request 09 RequestVehicleInformation id 02 VIN echo 1" },
	{ "49 02 01 31 47", "response 09 RequestVehicleInformation id 02 VIN echo 1" },
	{ "0A", "request 0A RequestEmissionRelatedDTCsWithPermanentStatus" },
	{ "4A 00", "response 0A RequestEmissionRelatedDTCsWithPermanentStatus" },
};

/* True when a case of the table begins with this byte. */
static bool is_listed(const struct decoded *cases, size_t count, uint8_t first)
{
	for (size_t i = 0; i < count; i++)
		if (strtoul(cases[i].hex, NULL, 16) == first)
			return true;
	return false;
}

/* Every case is as it says, and no service is without one. */
static void check_table(const struct decoded *cases, size_t count,
			const char *(*name_of)(uint8_t sid))
{
	for (size_t i = 0; i < count; i++)
		check(cases[i].hex, cases[i].want);
	for (unsigned int sid = 0; sid <= 0xFF; sid++) {
		if (!name_of((uint8_t)sid))
			continue;
		assert_true(is_listed(cases, count, (uint8_t)sid));
		assert_true(is_listed(cases, count, (uint8_t)(sid | 0x40)));
	}
}

static void every_service(void **state)
{
	(void)state;
	check_table(services, COUNT(services), isotp_uds_service_name);
}

static void every_obd_service(void **state)
{
	(void)state;
	check_table(obd_services, COUNT(obd_services), isotp_obd_service_name);
}

/* The least and the greatest value of each list, and their neighbours without a name. */
static void sub_functions(void **state)
{
	static const struct {
		const char *hex, *want;
	} cases[] = {
		{ "10 00", "sub 00 -" },
		{ "10 01", "sub 01 defaultSession" },
		{ "10 02", "sub 02 programmingSession" },
		{ "10 04", "sub 04 safetySystemDiagnosticSession" },
		{ "10 05", "sub 05 -" },
		{ "10 40", "sub 40 -" },
		{ "11 02", "sub 02 keyOffOnReset" },
		{ "11 03", "sub 03 softReset" },
		{ "11 05", "sub 05 disableRapidPowerShutDown" },
		{ "11 06", "sub 06 -" },
		{ "19 01 FF", "sub 01 reportNumberOfDTCByStatusMask" },
		{ "19 06", "sub 06 reportDTCExtDataRecordByDTCNumber" },
		{ "19 0A", "sub 0A reportSupportedDTC" },
		{ "19 0F", "sub 0F reportMirrorMemoryDTCByStatusMask" },
		{ "19 13", "sub 13 reportEmissionsOBDDTCByStatusMask" },
		{ "19 14", "sub 14 reportDTCFaultDetectionCounter" },
		{ "19 1A", "sub 1A reportDTCExtendedDataRecordIdentification" },
		{ "19 1B", "sub 1B -" },
		{ "19 42", "sub 42 reportWWHOBDDTCByMaskRecord" },
		{ "19 56", "sub 56 reportDTCInformationByDTCReadinessGroupIdentifier" },
		{ "28 00 01", "sub 00 enableRxAndTx" },
		{ "28 05", "sub 05 enableRxAndTxWithEnhancedAddressInformation" },
		{ "29 00", "sub 00 deAuthenticate" },
		{ "29 07", "sub 07 verifyProofOfOwnershipBidirectional" },
		{ "29 09", "sub 09 -" },
		{ "2C 02", "sub 02 defineByMemoryAddress" },
		{ "31 02", "sub 02 stopRoutine" },
		{ "31 04", "sub 04 -" },
		{ "3E 01", "sub 01 -" },
		{ "83 01", "sub 01 readExtendedTimingParameterSet" },
		{ "83 04", "sub 04 setTimingParametersToGivenValues" },
		{ "85 01", "sub 01 on" },
		{ "86 00", "sub 00 stopResponseOnEvent" },
		{ "86 02", "sub 02 onTimerInterrupt" },
		{ "86 09", "sub 09 reportDTCRecordInformationOnDtcStatusChange" },
		{ "86 C9", "sub 49 reportDTCRecordInformationOnDtcStatusChange suppress" },
		{ "86 0A", "sub 0A -" },
		{ "87 02", "sub 02 verifyModeTransitionWithSpecificParameter" },
		{ "87 03", "sub 03 transitionMode" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		uint8_t data[DATA_MAX];
		const long len = hex_parse(cases[i].hex, data, sizeof(data));
		const char *words = words_of(data, (size_t)len);
		const char *at = strstr(words, cases[i].want);
		char after;

		assert_non_null(at);
		after = at[strlen(cases[i].want)];
		assert_true(after == ' ' || !after);
	}
}

/* 2020, table 42: odd asks for a seed, the even one above sends the key of the same level. */
static void security_levels(void **state)
{
	(void)state;
	for (unsigned int sub = 0; sub <= 0x7F; sub++) {
		const uint8_t data[] = { 0x27, (uint8_t)sub };
		const bool named = (sub >= 0x01 && sub <= 0x42) || (sub >= 0x5F && sub <= 0x7E);
		const bool seed = sub % 2 == 1;
		struct isotp_uds u;

		assert_true(isotp_uds_decode(&u, data, sizeof(data)));
		assert_int_equal(u.sub, sub);
		assert_int_equal(u.level, !named ? 0 : seed ? sub : sub - 1);
		if (named)
			assert_string_equal(u.sub_name, seed ? "requestSeed" : "sendKey");
		else
			assert_null(u.sub_name);
	}
}

/* The bit is one of requests; a response that has it all the same is read without it. */
static void suppress_bit(void **state)
{
	(void)state;
	check("3E 00", "request 3E TesterPresent sub 00 zeroSubFunction echo 1");
	check("7E 80", "response 3E TesterPresent sub 00 zeroSubFunction echo 1");
	check("31 81 FF 00",
	      "request 31 RoutineControl sub 01 startRoutine suppress id FF00 eraseMemory echo 3");
	/* no sub-function there: the top bit is data */
	check("22 80 01", "request 22 ReadDataByIdentifier id 8001 - echo 2");
	check("36 80 AA", "request 36 TransferData echo 1");
}

static void identifiers(void **state)
{
	static const struct {
		uint16_t id;
		const char *did, *rid;
	} cases[] = {
		{ 0x0000, "-", "-" },
		{ 0x00FF, "-", "-" },
		{ 0x0100, "-", "TachographTestIds" },
		{ 0x01FF, "-", "TachographTestIds" },
		{ 0x0200, "-", "-" },
		{ 0xDFFF, "-", "-" },
		{ 0xE000, "-", "OBDTestIds" },
		{ 0xE1FF, "-", "OBDTestIds" },
		{ 0xE200, "-", "Execute SPL" },
		{ 0xE201, "-", "DeployLoopRoutineID" },
		{ 0xE202, "-", "SafetySystemRoutineIDs" },
		{ 0xE2FF, "-", "SafetySystemRoutineIDs" },
		{ 0xE300, "-", "-" },
		{ 0xF17F, "identificationOptionVehicleManufacturerSpecificDataIdentifier", "-" },
		{ 0xF180, "BootSoftwareIdentificationDataIdentifier", "-" },
		{ 0xF186, "ActiveDiagnosticSessionDataIdentifier", "-" },
		{ 0xF187, "vehicleManufacturerSparePartNumberDataIdentifier", "-" },
		{ 0xF18F, "RegulationXSoftwareIdentificationNumbers", "-" },
		{ 0xF190, "VINDataIdentifier", "-" },
		{ 0xF195, "systemSupplierECUSoftwareVersionNumberDataIdentifier", "-" },
		{ 0xF19F, "EntityDataIdentifier", "-" },
		{ 0xF1A0, "identificationOptionVehicleManufacturerSpecific", "-" },
		{ 0xF1FF, "identificationOptionSystemSupplierSpecific", "-" },
		{ 0xF200, "periodicDataIdentifier", "-" },
		{ 0xF40C, "OBDDataIdentifier", "-" },
		{ 0xF6FF, "OBDMonitorDataIdentifier", "-" },
		{ 0xF700, "OBDDataIdentifier", "-" },
		{ 0xF802, "OBDInfoTypeDataIdentifier", "-" },
		{ 0xFA12, "EDRDeviceAddressInformation", "-" },
		{ 0xFA13, "EDREntries", "-" },
		{ 0xFA19, "SafetySystemDataIdentifier", "-" },
		{ 0xFB00, "-", "-" },
		{ 0xFF00, "UDSVersionDataIdentifier", "eraseMemory" },
		{ 0xFF01, "ReservedForISO15765-5", "checkProgrammingDependencies" },
		{ 0xFF02, "-", "eraseMirrorMemoryDTCs" },
		{ 0xFFFF, "-", "-" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const uint8_t high = (uint8_t)(cases[i].id >> 8), low = (uint8_t)cases[i].id;
		const uint8_t did[] = { 0x22, high, low }, rid[] = { 0x31, 0x01, high, low };
		struct isotp_uds u;

		assert_true(isotp_uds_decode(&u, did, sizeof(did)));
		assert_int_equal(u.id, cases[i].id);
		assert_string_equal(or_dash(u.id_name), cases[i].did);
		assert_true(isotp_uds_decode(&u, rid, sizeof(rid)));
		assert_int_equal(u.id, cases[i].id);
		assert_string_equal(or_dash(u.id_name), cases[i].rid);
	}
}

static void pids_and_info_types(void **state)
{
	static const struct {
		const char *hex, *id;
	} cases[] = {
		{ "01 00", "id 00 PIDsSupported01To20" },
		{ "01 05", "id 05 EngineCoolantTemperature" },
		{ "01 0D", "id 0D VehicleSpeed" },
		{ "41 40", "id 40 PIDsSupported41To60" },
		{ "01 A6", "id A6 Odometer" },
		{ "01 FF", "id FF -" },
		{ "09 00", "id 00 InfoTypesSupported01To20" },
		{ "49 04 01", "id 04 CalibrationID" },
		{ "09 0A", "id 0A ECUName" },
		{ "09 0C", "id 0C -" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		uint8_t data[DATA_MAX];
		const long len = hex_parse(cases[i].hex, data, sizeof(data));

		assert_non_null(strstr(words_of(data, (size_t)len), cases[i].id));
	}
}

static void negative_responses(void **state)
{
	(void)state;
	check("7F 22 31", "negative 22 ReadDataByIdentifier nrc 31 requestOutOfRange");
	check("7F 27 78",
	      "negative 27 SecurityAccess nrc 78 requestCorrectlyReceived-ResponsePending");
	check("7F 27 35 00", "negative 27 SecurityAccess nrc 35 invalidKey");
	check("7F 01 12",
	      "negative 01 RequestCurrentPowertrainDiagnosticData nrc 12 sub-functionNotSupported");
	check("7F 83 11", "negative 83 AccessTimingParameter nrc 11 serviceNotSupported");
	/* a service without a name; a response where a request should be */
	check("7F BA 11", "negative BA Unknown nrc 11 serviceNotSupported");
	check("7F 50 11", "negative 50 Unknown nrc 11 serviceNotSupported");
	check("7F 10 00", "negative 10 DiagnosticSessionControl nrc 00 positiveResponse");
}

/* Drop-in: what isotpdump -u of can-utils (2020.11 to 2026) prints for each code, but where table
 * A.1 of 2020 has a name for what was reserved. */
static void codes_as_can_utils_has_them(void **state)
{
	static const struct {
		uint8_t nrc;
		const char *name;
	} cases[] = {
		{ 0x00, "positiveResponse" },
		{ 0x10, "generalReject" },
		{ 0x11, "serviceNotSupported" },
		{ 0x12, "sub-functionNotSupported" },
		{ 0x13, "incorrectMessageLengthOrInvalidFormat" },
		{ 0x14, "responseTooLong" },
		{ 0x21, "busyRepeatRequest" },
		{ 0x22, "conditionsNotCorrect" },
		{ 0x24, "requestSequenceError" },
		{ 0x25, "noResponseFromSubnetComponent" },
		{ 0x26, "FailurePreventsExecutionOfRequestedAction" },
		{ 0x31, "requestOutOfRange" },
		{ 0x33, "securityAccessDenied" },
		{ 0x35, "invalidKey" },
		{ 0x36, "exceedNumberOfAttempts" },
		{ 0x37, "requiredTimeDelayNotExpired" },
		{ 0x70, "uploadDownloadNotAccepted" },
		{ 0x71, "transferDataSuspended" },
		{ 0x72, "generalProgrammingFailure" },
		{ 0x73, "wrongBlockSequenceCounter" },
		{ 0x78, "requestCorrectlyReceived-ResponsePending" },
		{ 0x7E, "sub-functionNotSupportedInActiveSession" },
		{ 0x7F, "serviceNotSupportedInActiveSession" },
		{ 0x81, "rpmTooHigh" },
		{ 0x82, "rpmTooLow" },
		{ 0x83, "engineIsRunning" },
		{ 0x84, "engineIsNotRunning" },
		{ 0x85, "engineRunTimeTooLow" },
		{ 0x86, "temperatureTooHigh" },
		{ 0x87, "temperatureTooLow" },
		{ 0x88, "vehicleSpeedTooHigh" },
		{ 0x89, "vehicleSpeedTooLow" },
		{ 0x8A, "throttle/PedalTooHigh" },
		{ 0x8B, "throttle/PedalTooLow" },
		{ 0x8C, "transmissionRangeNotInNeutral" },
		{ 0x8D, "transmissionRangeNotInGear" },
		{ 0x8F, "brakeSwitch(es)NotClosed (Brake Pedal not pressed or not applied)" },
		{ 0x90, "shifterLeverNotInPark" },
		{ 0x91, "torqueConverterClutchLocked" },
		{ 0x92, "voltageTooHigh" },
		{ 0x93, "voltageTooLow" },
		{ 0x95, "reservedForSpecificConditionsNotCorrect" },
		{ 0xEF, "reservedForSpecificConditionsNotCorrect" },
		{ 0xF0, "vehicleManufacturerSpecificConditionsNotCorrect" },
		{ 0xFD, "vehicleManufacturerSpecificConditionsNotCorrect" },
		{ 0x01, "ISOSAEReserved" },
		{ 0x15, "ISOSAEReserved" },
		{ 0x23, "ISOSAEReserved" },
		{ 0x5E, "ISOSAEReserved" },
		{ 0x80, "ISOSAEReserved" },
		{ 0x8E, "ISOSAEReserved" },
		{ 0xFF, "ISOSAEReserved" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_string_equal(isotp_uds_nrc_name(cases[i].nrc), cases[i].name);
}

/* New in 2020, table A.1. */
static void codes_of_2020(void **state)
{
	(void)state;
	assert_string_equal(isotp_uds_nrc_name(0x34), "authenticationRequired");
	assert_string_equal(isotp_uds_nrc_name(0x38), "secureDataTransmissionRequired");
	assert_string_equal(isotp_uds_nrc_name(0x3A), "secureDataVerificationFailed");
	assert_string_equal(isotp_uds_nrc_name(0x3B), "ISOSAEReserved");
	assert_string_equal(isotp_uds_nrc_name(0x50),
			    "Certificate verification failed - Invalid Time Period");
	assert_string_equal(isotp_uds_nrc_name(0x57),
			    "Certificate verification failed - Invalid Certificate (revoked)");
	assert_string_equal(isotp_uds_nrc_name(0x5B), "Session key creation/derivation failed");
	assert_string_equal(isotp_uds_nrc_name(0x5D), "DeAuthentication failed");
	assert_string_equal(isotp_uds_nrc_name(0x94), "ResourceTemporarilyNotAvailable");
	assert_string_equal(isotp_uds_nrc_name(0xFE),
			    "vehicleManufacturerSpecificConditionsNotCorrect");
}

/* What is no service, by name or by number. */
static void unknown(void **state)
{
	(void)state;
	check("", "no none 00");
	check("7F", "no none 00");
	check("00 01", "no none 00");
	check("40 01", "no none 00");
	check("0B", "no none 00");
	check("4B", "no none 00");
	check("3F 01", "no none 00");
	check("90 01", "no none 00");
	check("D0 03", "no none 00");
	check("FF 01", "no none 00");
	/* a number that a service may have */
	check("BA 01", "no request BA");
	check("FA 01", "no response BA");
	check("1A 90", "no request 1A");
	check("5A 90 57", "no response 1A");
	check("88", "no request 88");
	check("C8", "no response 88");
}

static enum isotp_uds_kind kind_by_hand(unsigned int byte)
{
	if ((byte >= 0x10 && byte <= 0x3E) || (byte >= 0x83 && byte <= 0x88) ||
	    (byte >= 0xBA && byte <= 0xBE))
		return ISOTP_UDS_REQUEST;
	if ((byte >= 0x50 && byte <= 0x7E) || (byte >= 0xC3 && byte <= 0xC8) ||
	    (byte >= 0xFA && byte <= 0xFE))
		return ISOTP_UDS_RESPONSE;
	return byte == 0x7F ? ISOTP_UDS_NEGATIVE : ISOTP_UDS_NONE;
}

/* Each first byte: its range, and that decoding agrees with the two lists of names. */
static void every_first_byte(void **state)
{
	(void)state;
	for (unsigned int byte = 0; byte <= 0xFF; byte++) {
		const uint8_t sid = (uint8_t)byte;
		const uint8_t request = sid & (uint8_t)~0x40;
		const char *uds = isotp_uds_service_name(request);
		const char *obd = isotp_obd_service_name(request);
		const enum isotp_uds_kind kind = isotp_uds_classify(sid);
		struct isotp_uds u;

		assert_int_equal(kind, kind_by_hand(byte));
		assert_false(uds && obd);
		assert_int_equal(isotp_uds_decode(&u, &sid, 1), uds || obd);
		if (uds)
			assert_int_equal(u.kind, kind);
		if (obd) {
			assert_int_equal(kind, ISOTP_UDS_NONE);
			assert_int_equal(u.kind,
					 byte & 0x40 ? ISOTP_UDS_RESPONSE : ISOTP_UDS_REQUEST);
		}
		if (uds || obd) {
			assert_int_equal(u.sid, request);
			assert_ptr_equal(u.service, uds ? uds : obd);
		}
	}
}

/* The names of requests alone: C3 is a response, and OBD has a list of its own. */
static void names_of_services(void **state)
{
	(void)state;
	assert_string_equal(isotp_uds_service_name(0x2A), "ReadDataByPeriodicIdentifier");
	assert_string_equal(isotp_uds_service_name(0x84), "SecuredDataTransmission");
	assert_null(isotp_uds_service_name(0x01));
	assert_null(isotp_uds_service_name(0x50));
	assert_null(isotp_uds_service_name(0xC3));
	assert_null(isotp_uds_service_name(0xBA));
	assert_null(isotp_uds_service_name(0xFF));
	assert_string_equal(isotp_obd_service_name(0x09), "RequestVehicleInformation");
	assert_null(isotp_obd_service_name(0x00));
	assert_null(isotp_obd_service_name(0x0B));
	assert_null(isotp_obd_service_name(0x10));
}

/* The first `len` bytes alone, in memory that ends there: nothing beyond is read or claimed. */
static void check_cut(const uint8_t *data, size_t full, size_t len)
{
	uint8_t *cut = malloc(len ? len : 1);
	struct isotp_uds whole, u;

	assert_non_null(cut);
	memcpy(cut, data, len);
	isotp_uds_decode(&whole, data, full);
	assert_int_equal(isotp_uds_decode(&u, cut, len), len >= (data[0] == 0x7F ? 2u : 1u));
	if (len) {
		assert_int_equal(u.has_sub, whole.has_sub && len > 1);
		assert_int_equal(u.has_id,
				 whole.has_id && len >= 1u + whole.has_sub + whole.id_size);
		assert_true(u.echo < len);
	}
	if (len < 3)
		assert_null(u.nrc_name);
	free(cut);
}

static void cut_short(void **state)
{
	static const char *const pdus[] = {
		"2C 01 F3 01 12 34", "31 01 FF 00 44", "71 01 FF 00", "22 F1 90 F1 8C",
		"62 F1 90 57",	     "27 01 00",       "36 01 AA",    "01 0C 0D",
		"02 0C 00",	     "49 02 01",       "3E 80",	      "14 FF FF FF",
		"7F 22 31",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(pdus); i++) {
		uint8_t data[DATA_MAX];
		const long full = hex_parse(pdus[i], data, sizeof(data));

		for (size_t len = 0; len <= (size_t)full; len++)
			check_cut(data, (size_t)full, len);
	}
	check("22 F1", "request 22 ReadDataByIdentifier echo 1");
	check("31 01 FF", "request 31 RoutineControl sub 01 startRoutine echo 2");
	check("7F 22", "negative 22 ReadDataByIdentifier");
}

/* JSON and terminals take the names as they are. */
static void check_printable(const char *name)
{
	for (; name && *name; name++)
		assert_true(isprint((unsigned char)*name) && *name != '"' && *name != '\\');
}

static void names_are_printable(void **state)
{
	struct isotp_uds u;

	(void)state;
	for (unsigned int i = 0; i <= 0xFFFF; i++) {
		const uint8_t did[] = { 0x22, (uint8_t)(i >> 8), (uint8_t)i };
		const uint8_t rid[] = { 0x31, 0x01, (uint8_t)(i >> 8), (uint8_t)i };
		const uint8_t any[] = { (uint8_t)(i >> 8), (uint8_t)i };

		isotp_uds_decode(&u, did, sizeof(did));
		check_printable(u.id_name);
		isotp_uds_decode(&u, rid, sizeof(rid));
		check_printable(u.id_name);
		isotp_uds_decode(&u, any, sizeof(any));
		check_printable(u.service);
		check_printable(u.sub_name);
		check_printable(u.id_name);
	}
	for (unsigned int nrc = 0; nrc <= 0xFF; nrc++) {
		assert_non_null(isotp_uds_nrc_name((uint8_t)nrc));
		check_printable(isotp_uds_nrc_name((uint8_t)nrc));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_service),
		cmocka_unit_test(every_obd_service),
		cmocka_unit_test(sub_functions),
		cmocka_unit_test(security_levels),
		cmocka_unit_test(suppress_bit),
		cmocka_unit_test(identifiers),
		cmocka_unit_test(pids_and_info_types),
		cmocka_unit_test(negative_responses),
		cmocka_unit_test(codes_as_can_utils_has_them),
		cmocka_unit_test(codes_of_2020),
		cmocka_unit_test(unknown),
		cmocka_unit_test(every_first_byte),
		cmocka_unit_test(names_of_services),
		cmocka_unit_test(cut_short),
		cmocka_unit_test(names_are_printable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
