/* SPDX-License-Identifier: MIT */
/*
 * Owns the names and numbers of ISO 14229-1 and ISO 15031-5.
 *
 * Clauses and tables are those of ISO 14229-1:2020. Checked against the knowledge base of py-uds
 * (mdabrowski1990/uds), Wireshark's packet-uds.c, scapy's automotive layers and AUTOSAR's Dcm. Two
 * spellings are of the editions before, because can-utils' isotpdump -u prints them so:
 * "sub-functionNotSupported", "sub-functionNotSupportedInActiveSession" (2020: SubFunction...).
 */
#include "uds-names.h"

#include "uds.h"

#include <stddef.h>

enum { FIRST_UDS = 0x10 }; /* services below are OBD's */

/* --- sub-functions --- */

static const struct isotp_uds_name sessions[] = {
	/* table 25 */
	ISOTP_UDS_NAME(0x01, "defaultSession"),
	ISOTP_UDS_NAME(0x02, "programmingSession"),
	ISOTP_UDS_NAME(0x03, "extendedDiagnosticSession"),
	ISOTP_UDS_NAME(0x04, "safetySystemDiagnosticSession"),
	ISOTP_UDS_NAMES_END,
};

static const struct isotp_uds_name resets[] = {
	/* table 34 */
	ISOTP_UDS_NAME(0x01, "hardReset"),
	ISOTP_UDS_NAME(0x02, "keyOffOnReset"),
	ISOTP_UDS_NAME(0x03, "softReset"),
	ISOTP_UDS_NAME(0x04, "enableRapidPowerShutDown"),
	ISOTP_UDS_NAME(0x05, "disableRapidPowerShutDown"),
	ISOTP_UDS_NAMES_END,
};

static const struct isotp_uds_name security[] = {
	/* table 42: the lowest bit */
	ISOTP_UDS_NAME(1, "requestSeed"),
	ISOTP_UDS_NAME(0, "sendKey"),
	ISOTP_UDS_NAMES_END,
};

static const struct isotp_uds_name communications[] = {
	/* table 54 */
	ISOTP_UDS_NAME(0x00, "enableRxAndTx"),
	ISOTP_UDS_NAME(0x01, "enableRxAndDisableTx"),
	ISOTP_UDS_NAME(0x02, "disableRxAndEnableTx"),
	ISOTP_UDS_NAME(0x03, "disableRxAndTx"),
	ISOTP_UDS_NAME(0x04, "enableRxAndDisableTxWithEnhancedAddressInformation"),
	ISOTP_UDS_NAME(0x05, "enableRxAndTxWithEnhancedAddressInformation"),
	ISOTP_UDS_NAMES_END,
};

static const struct isotp_uds_name authentications[] = {
	/* table 74 */
	ISOTP_UDS_NAME(0x00, "deAuthenticate"),
	ISOTP_UDS_NAME(0x01, "verifyCertificateUnidirectional"),
	ISOTP_UDS_NAME(0x02, "verifyCertificateBidirectional"),
	ISOTP_UDS_NAME(0x03, "proofOfOwnership"),
	ISOTP_UDS_NAME(0x04, "transmitCertificate"),
	ISOTP_UDS_NAME(0x05, "requestChallengeForAuthentication"),
	ISOTP_UDS_NAME(0x06, "verifyProofOfOwnershipUnidirectional"),
	ISOTP_UDS_NAME(0x07, "verifyProofOfOwnershipBidirectional"),
	ISOTP_UDS_NAME(0x08, "authenticationConfiguration"),
	ISOTP_UDS_NAMES_END,
};

static const struct isotp_uds_name timings[] = {
	/* of 2013, the service is not in 2020 */
	ISOTP_UDS_NAME(0x01, "readExtendedTimingParameterSet"),
	ISOTP_UDS_NAME(0x02, "setTimingParametersToDefaultValues"),
	ISOTP_UDS_NAME(0x03, "readCurrentlyActiveTimingParameters"),
	ISOTP_UDS_NAME(0x04, "setTimingParametersToGivenValues"),
	ISOTP_UDS_NAMES_END,
};

static const struct isotp_uds_name presence[] = {
	/* the one value that there is */
	ISOTP_UDS_NAME(0x00, "zeroSubFunction"),
	ISOTP_UDS_NAMES_END,
};

static const struct isotp_uds_name dtc_settings[] = {
	/* table 128 */
	ISOTP_UDS_NAME(0x01, "on"),
	ISOTP_UDS_NAME(0x02, "off"),
	ISOTP_UDS_NAMES_END,
};

static const struct isotp_uds_name events[] = {
	/* table 140; bit 6 is storageState; 02 is of 2013 */
	ISOTP_UDS_NAME(0x00, "stopResponseOnEvent"),
	ISOTP_UDS_NAME(0x01, "onDTCStatusChange"),
	ISOTP_UDS_NAME(0x02, "onTimerInterrupt"),
	ISOTP_UDS_NAME(0x03, "onChangeOfDataIdentifier"),
	ISOTP_UDS_NAME(0x04, "reportActivatedEvents"),
	ISOTP_UDS_NAME(0x05, "startResponseOnEvent"),
	ISOTP_UDS_NAME(0x06, "clearResponseOnEvent"),
	ISOTP_UDS_NAME(0x07, "onComparisonOfValues"),
	ISOTP_UDS_NAME(0x08, "reportMostRecentDtcOnStatusChange"),
	ISOTP_UDS_NAME(0x09, "reportDTCRecordInformationOnDtcStatusChange"),
	ISOTP_UDS_NAMES_END,
};

static const struct isotp_uds_name links[] = {
	/* table 171 */
	ISOTP_UDS_NAME(0x01, "verifyModeTransitionWithFixedParameter"),
	ISOTP_UDS_NAME(0x02, "verifyModeTransitionWithSpecificParameter"),
	ISOTP_UDS_NAME(0x03, "transitionMode"),
	ISOTP_UDS_NAMES_END,
};

static const struct isotp_uds_name definitions[] = {
	/* table 239 */
	ISOTP_UDS_NAME(0x01, "defineByIdentifier"),
	ISOTP_UDS_NAME(0x02, "defineByMemoryAddress"),
	ISOTP_UDS_NAME(0x03, "clearDynamicallyDefinedDataIdentifier"),
	ISOTP_UDS_NAMES_END,
};

static const struct isotp_uds_name reports[] = {
	/* table 317; 0F-13 are of 2013 */
	ISOTP_UDS_NAME(0x01, "reportNumberOfDTCByStatusMask"),
	ISOTP_UDS_NAME(0x02, "reportDTCByStatusMask"),
	ISOTP_UDS_NAME(0x03, "reportDTCSnapshotIdentification"),
	ISOTP_UDS_NAME(0x04, "reportDTCSnapshotRecordByDTCNumber"),
	ISOTP_UDS_NAME(0x05, "reportDTCStoredDataByRecordNumber"),
	ISOTP_UDS_NAME(0x06, "reportDTCExtDataRecordByDTCNumber"),
	ISOTP_UDS_NAME(0x07, "reportNumberOfDTCBySeverityMaskRecord"),
	ISOTP_UDS_NAME(0x08, "reportDTCBySeverityMaskRecord"),
	ISOTP_UDS_NAME(0x09, "reportSeverityInformationOfDTC"),
	ISOTP_UDS_NAME(0x0A, "reportSupportedDTC"),
	ISOTP_UDS_NAME(0x0B, "reportFirstTestFailedDTC"),
	ISOTP_UDS_NAME(0x0C, "reportFirstConfirmedDTC"),
	ISOTP_UDS_NAME(0x0D, "reportMostRecentTestFailedDTC"),
	ISOTP_UDS_NAME(0x0E, "reportMostRecentConfirmedDTC"),
	ISOTP_UDS_NAME(0x0F, "reportMirrorMemoryDTCByStatusMask"),
	ISOTP_UDS_NAME(0x10, "reportMirrorMemoryDTCExtDataRecordByDTCNumber"),
	ISOTP_UDS_NAME(0x11, "reportNumberOfMirrorMemoryDTCByStatusMask"),
	ISOTP_UDS_NAME(0x12, "reportNumberOfEmissionsOBDDTCByStatusMask"),
	ISOTP_UDS_NAME(0x13, "reportEmissionsOBDDTCByStatusMask"),
	ISOTP_UDS_NAME(0x14, "reportDTCFaultDetectionCounter"),
	ISOTP_UDS_NAME(0x15, "reportDTCWithPermanentStatus"),
	ISOTP_UDS_NAME(0x16, "reportDTCExtDataRecordByRecordNumber"),
	ISOTP_UDS_NAME(0x17, "reportUserDefMemoryDTCByStatusMask"),
	ISOTP_UDS_NAME(0x18, "reportUserDefMemoryDTCSnapshotRecordByDTCNumber"),
	ISOTP_UDS_NAME(0x19, "reportUserDefMemoryDTCExtDataRecordByDTCNumber"),
	ISOTP_UDS_NAME(0x1A, "reportDTCExtendedDataRecordIdentification"),
	ISOTP_UDS_NAME(0x42, "reportWWHOBDDTCByMaskRecord"),
	ISOTP_UDS_NAME(0x55, "reportWWHOBDDTCWithPermanentStatus"),
	ISOTP_UDS_NAME(0x56, "reportDTCInformationByDTCReadinessGroupIdentifier"),
	ISOTP_UDS_NAMES_END,
};

static const struct isotp_uds_name routine_controls[] = {
	/* table 426 */
	ISOTP_UDS_NAME(0x01, "startRoutine"),
	ISOTP_UDS_NAME(0x02, "stopRoutine"),
	ISOTP_UDS_NAME(0x03, "requestRoutineResults"),
	ISOTP_UDS_NAMES_END,
};

/* --- services --- */

/* clang-format off */
static const struct isotp_uds_service services[] = {
	/* ISO 15031-5 and SAE J1979, from their titles ("request current powertrain diagnostic data") */
	[0x01] = { .name = "RequestCurrentPowertrainDiagnosticData",
		   .ids = isotp_obd_pids, .id_size = 1, .list = true, .echo = 1 },
	[0x02] = { .name = "RequestPowertrainFreezeFrameData", /* PID and number of the frame */
		   .ids = isotp_obd_pids, .id_size = 1, .list = true, .echo = 2 },
	[0x03] = { .name = "RequestEmissionRelatedDTCs" },
	[0x04] = { .name = "ClearEmissionRelatedDiagnosticInformation" },
	[0x05] = { .name = "RequestOxygenSensorMonitoringTestResults" },
	[0x06] = { .name = "RequestOnBoardMonitoringTestResults",
		   .id_size = 1, .list = true, .echo = 1 },
	[0x07] = { .name = "RequestPendingEmissionRelatedDTCs" },
	[0x08] = { .name = "RequestControlOfOnBoardSystemTestOrComponent",
		   .id_size = 1, .echo = 1 },
	[0x09] = { .name = "RequestVehicleInformation",
		   .ids = isotp_obd_info_types, .id_size = 1, .list = true, .echo = 1 },
	[0x0A] = { .name = "RequestEmissionRelatedDTCsWithPermanentStatus" },

	/* table 23; 83 is of 2013 */
	[0x10] = { .name = "DiagnosticSessionControl", .subs = sessions, .echo = 1 },
	[0x11] = { .name = "ECUReset", .subs = resets, .echo = 1 },
	[0x14] = { .name = "ClearDiagnosticInformation" },
	[0x19] = { .name = "ReadDTCInformation", .subs = reports, .echo = 1 },
	[0x22] = { .name = "ReadDataByIdentifier",
		   .ids = isotp_uds_data_identifiers, .id_size = 2, .list = true, .echo = 2 },
	[0x23] = { .name = "ReadMemoryByAddress" },
	[0x24] = { .name = "ReadScalingDataByIdentifier",
		   .ids = isotp_uds_data_identifiers, .id_size = 2, .echo = 2 },
	[0x27] = { .name = "SecurityAccess",
		   .subs = security, .sub_mask = 0x01, .security = true, .echo = 1 },
	[0x28] = { .name = "CommunicationControl", .subs = communications, .echo = 1 },
	[0x29] = { .name = "Authentication", .subs = authentications, .echo = 1 },
	[0x2A] = { .name = "ReadDataByPeriodicIdentifier" },
	[0x2C] = { .name = "DynamicallyDefineDataIdentifier", .subs = definitions,
		   .ids = isotp_uds_data_identifiers, .id_size = 2, .echo = 3 },
	[0x2E] = { .name = "WriteDataByIdentifier",
		   .ids = isotp_uds_data_identifiers, .id_size = 2, .echo = 2 },
	[0x2F] = { .name = "InputOutputControlByIdentifier",
		   .ids = isotp_uds_data_identifiers, .id_size = 2, .echo = 2 },
	[0x31] = { .name = "RoutineControl", .subs = routine_controls,
		   .ids = isotp_uds_routine_identifiers, .id_size = 2, .echo = 3 },
	[0x34] = { .name = "RequestDownload" },
	[0x35] = { .name = "RequestUpload" },
	[0x36] = { .name = "TransferData", .echo = 1 /* blockSequenceCounter */ },
	[0x37] = { .name = "RequestTransferExit" },
	[0x38] = { .name = "RequestFileTransfer", .echo = 1 /* modeOfOperation */ },
	[0x3D] = { .name = "WriteMemoryByAddress", .echo = 1 /* format of address and length */ },
	[0x3E] = { .name = "TesterPresent", .subs = presence, .echo = 1 },
	[0x83] = { .name = "AccessTimingParameter", .subs = timings, .echo = 1 },
	[0x84] = { .name = "SecuredDataTransmission" },
	[0x85] = { .name = "ControlDTCSetting", .subs = dtc_settings, .echo = 1 },
	[0x86] = { .name = "ResponseOnEvent", .subs = events, .sub_mask = 0x3F, .echo = 1 },
	[0x87] = { .name = "LinkControl", .subs = links, .echo = 1 },
};
/* clang-format on */

/* --- negative responses --- */

static const struct isotp_uds_name negative_responses[] = {
	/* table A.1 */
	ISOTP_UDS_NAME(0x00, "positiveResponse"),
	ISOTP_UDS_NAME(0x10, "generalReject"),
	ISOTP_UDS_NAME(0x11, "serviceNotSupported"),
	ISOTP_UDS_NAME(0x12, "sub-functionNotSupported"),
	ISOTP_UDS_NAME(0x13, "incorrectMessageLengthOrInvalidFormat"),
	ISOTP_UDS_NAME(0x14, "responseTooLong"),
	ISOTP_UDS_NAME(0x21, "busyRepeatRequest"),
	ISOTP_UDS_NAME(0x22, "conditionsNotCorrect"),
	ISOTP_UDS_NAME(0x24, "requestSequenceError"),
	ISOTP_UDS_NAME(0x25, "noResponseFromSubnetComponent"),
	ISOTP_UDS_NAME(0x26, "FailurePreventsExecutionOfRequestedAction"),
	ISOTP_UDS_NAME(0x31, "requestOutOfRange"),
	ISOTP_UDS_NAME(0x33, "securityAccessDenied"),
	ISOTP_UDS_NAME(0x34, "authenticationRequired"),
	ISOTP_UDS_NAME(0x35, "invalidKey"),
	ISOTP_UDS_NAME(0x36, "exceedNumberOfAttempts"),
	ISOTP_UDS_NAME(0x37, "requiredTimeDelayNotExpired"),
	ISOTP_UDS_NAME(0x38, "secureDataTransmissionRequired"),
	ISOTP_UDS_NAME(0x39, "secureDataTransmissionNotAllowed"),
	ISOTP_UDS_NAME(0x3A, "secureDataVerificationFailed"),
	ISOTP_UDS_NAME(0x50, "Certificate verification failed - Invalid Time Period"),
	ISOTP_UDS_NAME(0x51, "Certificate verification failed - Invalid Signature"),
	ISOTP_UDS_NAME(0x52, "Certificate verification failed - Invalid Chain of Trust"),
	ISOTP_UDS_NAME(0x53, "Certificate verification failed - Invalid Type"),
	ISOTP_UDS_NAME(0x54, "Certificate verification failed - Invalid Format"),
	ISOTP_UDS_NAME(0x55, "Certificate verification failed - Invalid Content"),
	ISOTP_UDS_NAME(0x56, "Certificate verification failed - Invalid Scope"),
	ISOTP_UDS_NAME(0x57, "Certificate verification failed - Invalid Certificate (revoked)"),
	ISOTP_UDS_NAME(0x58, "Ownership verification failed"),
	ISOTP_UDS_NAME(0x59, "Challenge calculation failed"),
	ISOTP_UDS_NAME(0x5A, "Setting Access Rights failed"),
	ISOTP_UDS_NAME(0x5B, "Session key creation/derivation failed"),
	ISOTP_UDS_NAME(0x5C, "Configuration data usage failed"),
	ISOTP_UDS_NAME(0x5D, "DeAuthentication failed"),
	ISOTP_UDS_NAME(0x70, "uploadDownloadNotAccepted"),
	ISOTP_UDS_NAME(0x71, "transferDataSuspended"),
	ISOTP_UDS_NAME(0x72, "generalProgrammingFailure"),
	ISOTP_UDS_NAME(0x73, "wrongBlockSequenceCounter"),
	ISOTP_UDS_NAME(0x78, "requestCorrectlyReceived-ResponsePending"),
	ISOTP_UDS_NAME(0x7E, "sub-functionNotSupportedInActiveSession"),
	ISOTP_UDS_NAME(0x7F, "serviceNotSupportedInActiveSession"),
	ISOTP_UDS_NAME(0x81, "rpmTooHigh"),
	ISOTP_UDS_NAME(0x82, "rpmTooLow"),
	ISOTP_UDS_NAME(0x83, "engineIsRunning"),
	ISOTP_UDS_NAME(0x84, "engineIsNotRunning"),
	ISOTP_UDS_NAME(0x85, "engineRunTimeTooLow"),
	ISOTP_UDS_NAME(0x86, "temperatureTooHigh"),
	ISOTP_UDS_NAME(0x87, "temperatureTooLow"),
	ISOTP_UDS_NAME(0x88, "vehicleSpeedTooHigh"),
	ISOTP_UDS_NAME(0x89, "vehicleSpeedTooLow"),
	ISOTP_UDS_NAME(0x8A, "throttle/PedalTooHigh"),
	ISOTP_UDS_NAME(0x8B, "throttle/PedalTooLow"),
	ISOTP_UDS_NAME(0x8C, "transmissionRangeNotInNeutral"),
	ISOTP_UDS_NAME(0x8D, "transmissionRangeNotInGear"),
	ISOTP_UDS_NAME(0x8F, "brakeSwitch(es)NotClosed (Brake Pedal not pressed or not applied)"),
	ISOTP_UDS_NAME(0x90, "shifterLeverNotInPark"),
	ISOTP_UDS_NAME(0x91, "torqueConverterClutchLocked"),
	ISOTP_UDS_NAME(0x92, "voltageTooHigh"),
	ISOTP_UDS_NAME(0x93, "voltageTooLow"),
	ISOTP_UDS_NAME(0x94, "ResourceTemporarilyNotAvailable"),
	ISOTP_UDS_NAMES(0x95, 0xEF, "reservedForSpecificConditionsNotCorrect"),
	ISOTP_UDS_NAMES(0xF0, 0xFE, "vehicleManufacturerSpecificConditionsNotCorrect"),
	ISOTP_UDS_NAMES(0x00, 0xFF, "ISOSAEReserved"),
	ISOTP_UDS_NAMES_END,
};

const struct isotp_uds_service *isotp_uds_service_find(uint8_t sid)
{
	if (sid >= sizeof(services) / sizeof(services[0]) || !services[sid].name)
		return NULL;
	return &services[sid];
}

const char *isotp_uds_name_find(const struct isotp_uds_name *names, uint16_t value)
{
	while (names && names->name) {
		if (value >= names->first && value <= names->last)
			return names->name;
		names++;
	}
	return NULL;
}

const char *isotp_uds_service_name(uint8_t sid)
{
	const struct isotp_uds_service *s = isotp_uds_service_find(sid);

	return s && sid >= FIRST_UDS ? s->name : NULL;
}

const char *isotp_obd_service_name(uint8_t sid)
{
	const struct isotp_uds_service *s = isotp_uds_service_find(sid);

	return s && sid < FIRST_UDS ? s->name : NULL;
}

const char *isotp_uds_nrc_name(uint8_t nrc)
{
	return isotp_uds_name_find(negative_responses, nrc);
}
